from keras_core.metrics import *
