from keras_core.backend import set_backend as set_backend
from keras_core.config import backend as backend
from keras_core.config import epsilon as epsilon
from keras_core.config import floatx as floatx
from keras_core.config import image_data_format as image_data_format
from keras_core.config import set_epsilon as set_epsilon
from keras_core.config import set_floatx as set_floatx
from keras_core.config import set_image_data_format as set_image_data_format
