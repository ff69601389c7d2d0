from keras_core.constraints import *

from . import backend as K
