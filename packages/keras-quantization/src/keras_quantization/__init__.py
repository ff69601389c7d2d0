"""Quantization: weights in 8 or 4 bits, products of integers, and training that knows of it."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
