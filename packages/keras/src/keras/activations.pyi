from keras_core.activations import *

from . import backend as K
