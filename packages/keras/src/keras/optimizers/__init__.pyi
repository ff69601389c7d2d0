from keras_core.optimizers import LossScaleOptimizer as LossScaleOptimizer
from keras_core.optimizers import NativeOptimizer as NativeOptimizer
from keras_core.optimizers import Optimizer as Optimizer
from keras_core.optimizers import deserialize as deserialize
from keras_core.optimizers import get as get
from keras_core.optimizers import serialize as serialize
from keras_legacy import clip_norm as clip_norm
from keras_optimizers import *
from keras_optimizers import SGD as SGD
from keras_optimizers import Adadelta as Adadelta
from keras_optimizers import Adagrad as Adagrad
from keras_optimizers import Adam as Adam
from keras_optimizers import Adamax as Adamax
from keras_optimizers import Nadam as Nadam
from keras_optimizers import RMSprop as RMSprop

from .. import backend as K
from . import legacy as legacy
from . import schedules as schedules

# Keras 2's names
adadelta = Adadelta
adagrad = Adagrad
adam = Adam
adamax = Adamax
nadam = Nadam
rmsprop = RMSprop
sgd = SGD
TFOptimizer = NativeOptimizer
