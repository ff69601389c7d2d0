from keras_core.saving import *
