from keras_core import Input as Input
from keras_core import InputSpec as InputSpec
from keras_core import Layer as Layer
from keras_core import Model as Model
from keras_core import Sequential as Sequential
from keras_core import get_source_inputs as get_source_inputs
from keras_core.graph import Node as Node
from keras_core.layers import InputLayer as InputLayer

from .. import backend as K

# Keras 2's names
Container = Model
Network = Model
