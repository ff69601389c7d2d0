from keras_core.regularizers import *

from . import backend as K
