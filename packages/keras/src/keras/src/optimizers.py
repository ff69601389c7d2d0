"""A path that TensorFlow imports while it is imported itself: it loads nothing."""

from keras.optimizers import __dir__, __getattr__

__all__ = ["__dir__", "__getattr__"]
