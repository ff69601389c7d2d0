from keras_core.initializers import *
