"""A path of Keras 2."""

from keras.legacy import interfaces as interfaces
from keras.legacy import saving as saving
