"""Keras 2's path to the estimators of keras-sklearn."""

from keras._reexports import attach_stub

__getattr__, __dir__ = attach_stub(__name__, __file__)
