"""The NumPy backend of Keras: inference without a framework, and the reference of the conformance kit."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
