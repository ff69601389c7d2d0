"""Keras 2's path: the arithmetic of convolutions."""

from keras_legacy.conv_utils import *
