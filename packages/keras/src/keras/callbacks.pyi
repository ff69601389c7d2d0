from keras_core.callbacks import *
