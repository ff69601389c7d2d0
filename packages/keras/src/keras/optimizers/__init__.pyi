from . import legacy as legacy
from . import schedules as schedules
from keras_core.optimizers import Optimizer as Optimizer
from keras_core.optimizers import deserialize as deserialize
from keras_core.optimizers import get as get
from keras_core.optimizers import serialize as serialize
from keras_optimizers import *
from keras_optimizers import Adadelta as adadelta
from keras_optimizers import Adagrad as adagrad
from keras_optimizers import Adam as adam
from keras_optimizers import Adamax as adamax
from keras_optimizers import Nadam as nadam
from keras_optimizers import RMSprop as rmsprop
from keras_optimizers import SGD as sgd
