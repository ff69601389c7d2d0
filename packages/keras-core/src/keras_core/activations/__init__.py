"""Activation functions of Keras 2 and 3, by function or by name."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
