from keras_core.metrics import *

from . import backend as K
