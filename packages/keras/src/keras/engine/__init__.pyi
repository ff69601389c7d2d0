from keras_core import Input as Input
from keras_core import InputSpec as InputSpec
from keras_core import Layer as Layer
from keras_core import Model as Model
from keras_core import Sequential as Sequential
from keras_core import get_source_inputs as get_source_inputs
from keras_core.graph import Node as Node
from keras_core.layers import InputLayer as InputLayer
from keras_legacy import load_weights_from_hdf5_group as load_weights_from_hdf5_group
from keras_legacy import load_weights_from_hdf5_group_by_name as load_weights_from_hdf5_group_by_name
from keras_legacy import preprocess_weights_for_loading as preprocess_weights_for_loading
from keras_legacy import save_weights_to_hdf5_group as save_weights_to_hdf5_group

from .. import backend as K

# Keras 2's names
Container = Model
Network = Model
