"""Objects and configs with Keras 2's arguments."""

from keras_legacy.object_configs import *
