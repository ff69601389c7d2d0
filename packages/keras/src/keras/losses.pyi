from keras_core.losses import *
