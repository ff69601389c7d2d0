from keras_distillation import *
