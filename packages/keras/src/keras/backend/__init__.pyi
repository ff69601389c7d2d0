from keras_legacy.backend import *
