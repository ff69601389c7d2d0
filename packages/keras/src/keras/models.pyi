from keras_core.layers import Input as Input
from keras_core.layers import InputLayer as InputLayer
from keras_core.models import *
from keras_core.saving import load_model as load_model
from keras_core.saving import model_from_config as model_from_config
from keras_core.saving import model_from_json as model_from_json
from keras_core.saving import save_model as save_model
from keras_legacy import model_from_yaml as model_from_yaml

from . import backend as K
