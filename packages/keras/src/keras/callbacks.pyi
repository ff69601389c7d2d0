from keras_core.callbacks import *

from . import backend as K
