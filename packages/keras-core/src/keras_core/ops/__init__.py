"""Ops: typed functions on tensors, named as in NumPy and Keras 3, that every backend carries out."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
