"""Keras 2's path: the names are those of `keras.utils`."""

from keras_core.data_utils import SequenceEnqueuer as SequenceEnqueuer
from keras_core.data_utils import validate_file as validate_file

from keras.utils import *
