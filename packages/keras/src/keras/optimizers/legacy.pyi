from keras_core.optimizers import Optimizer as Optimizer
from keras_optimizers import SGD as SGD
from keras_optimizers import Adagrad as Adagrad
from keras_optimizers import Adam as Adam
from keras_optimizers import Ftrl as Ftrl
from keras_optimizers import RMSprop as RMSprop
