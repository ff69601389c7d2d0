from keras_core.regularizers import *
