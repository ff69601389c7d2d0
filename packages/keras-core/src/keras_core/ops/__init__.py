"""Ops: typed functions on tensors, named as in NumPy and Keras 3, that every backend carries out."""

import lazy_loader

from keras_core.ops import table

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
table.set_importer(__getattr__)
