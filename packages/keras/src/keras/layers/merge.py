"""Keras 2's path: the names are those of `keras.layers`."""

from keras.layers import *
