"""Keras 2's path: the names are those of `keras.backend`."""

from keras.backend import *
