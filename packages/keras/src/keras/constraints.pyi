from keras_core.constraints import *
