"""Keras: deep learning for people, on TensorFlow, Theano or NumPy."""

from keras._reexports import attach_stub

__version__ = "4.0.0"

__getattr__, __dir__ = attach_stub(__name__, __file__)
