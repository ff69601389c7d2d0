"""Keras 2's path: the names are those of `keras.layers`, and the base class that scripts derive from."""

from keras_layers.convolutional.base_conv import BaseConv as _Conv

from keras.layers import *
