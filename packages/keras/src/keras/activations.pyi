from keras_core.activations import *
