from keras_core.losses import *
from keras_legacy import is_categorical_crossentropy as is_categorical_crossentropy

from . import backend as K
