"""The CNTK backend of Keras, on CNTK 2.7 in a process of its own."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
