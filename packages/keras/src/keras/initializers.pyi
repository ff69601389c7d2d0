from keras_core.initializers import *

from . import backend as K
