from keras_core.random import *
