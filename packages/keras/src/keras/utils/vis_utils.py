"""Keras 2's path: the names are those of `keras.utils`."""

from keras.utils import *
