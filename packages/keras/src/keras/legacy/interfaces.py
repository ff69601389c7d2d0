"""Keras 2's path: decorators of methods that also take Keras 1's arguments."""

from keras_legacy.interfaces import *
