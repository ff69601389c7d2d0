"""Keras: deep learning for people, on TensorFlow, Theano or NumPy."""

from keras._reexports import attach_stub
from keras._version import __version__ as __version__

__getattr__, __dir__ = attach_stub(__name__, __file__)
