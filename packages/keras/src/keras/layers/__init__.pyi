from keras_backend_jax import FlaxLayer as FlaxLayer
from keras_backend_jax import JaxLayer as JaxLayer
from keras_backend_tf import TFSMLayer as TFSMLayer
from keras_backend_torch import TorchModuleWrapper as TorchModuleWrapper
from keras_core.layers import Input as Input
from keras_core.layers import InputLayer as InputLayer
from keras_core.layers import InputSpec as InputSpec
from keras_core.layers import Layer as Layer
from keras_core.layers import deserialize as deserialize
from keras_core.layers import get as get
from keras_core.layers import serialize as serialize
from keras_layers import *
from keras_legacy import ConvRecurrent2D as ConvRecurrent2D
from keras_legacy import Recurrent as Recurrent
from keras_preprocessing.layers import *

from .. import activations as activations
from .. import backend as K
from .. import constraints as constraints
from .. import initializers as initializers
from .. import regularizers as regularizers
