from keras_core.losses import *

from . import backend as K
