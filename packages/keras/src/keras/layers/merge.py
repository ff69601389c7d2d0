"""Keras 2's path: the names are those of `keras.layers`, and the base class that scripts derive from."""

from keras_layers.merging.base_merge import BaseMerge as _Merge

from keras.layers import *
