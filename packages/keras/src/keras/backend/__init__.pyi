from keras_core.legacy_backend import *
