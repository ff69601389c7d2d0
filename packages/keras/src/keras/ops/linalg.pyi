from keras_core.ops import *
