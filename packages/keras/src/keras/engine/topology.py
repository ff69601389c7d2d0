"""Keras 2's path: the names are those of `keras.engine`."""

from keras.engine import *
