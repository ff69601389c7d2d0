from keras_core.layers import *
from keras_layers import *
