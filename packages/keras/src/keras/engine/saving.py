"""Keras 2's path: models and weights in files, and in groups of an HDF5 file."""

from keras._reexports import attach_stub

__getattr__, __dir__ = attach_stub(__name__, __file__)
