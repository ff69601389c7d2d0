"""Names that mean the same in Keras 2's backend as elsewhere in the core."""

from keras_core import is_keras_tensor as is_keras_tensor
from keras_core import name_scope as name_scope
from keras_core.config import backend as backend
from keras_core.config import epsilon as epsilon
from keras_core.config import floatx as floatx
from keras_core.config import image_data_format as image_data_format
from keras_core.config import set_image_data_format as set_image_data_format
from keras_core.dtypes import is_float as is_float_dtype
from keras_core.dtypes import is_int as is_int_dtype
from keras_core.dtypes import result_type as result_type
from keras_core.dtypes import standardize as standardize_dtype
from keras_core.naming import get_uid as get_uid
from keras_core.ops import abs as abs
from keras_core.ops import all as all
from keras_core.ops import any as any
from keras_core.ops import cos as cos
from keras_core.ops import exp as exp
from keras_core.ops import log as log
from keras_core.ops import logsumexp as logsumexp
from keras_core.ops import mean as mean
from keras_core.ops import sigmoid as sigmoid
from keras_core.ops import sign as sign
from keras_core.ops import sin as sin
from keras_core.ops import softplus as softplus
from keras_core.ops import softsign as softsign
from keras_core.ops import sqrt as sqrt
from keras_core.ops import square as square
from keras_core.ops import std as std
from keras_core.ops import sum as sum
from keras_core.ops import tanh as tanh
from keras_core.ops import var as var

__all__ = [
    "abs",
    "all",
    "any",
    "backend",
    "cos",
    "epsilon",
    "exp",
    "floatx",
    "get_uid",
    "image_data_format",
    "is_float_dtype",
    "is_int_dtype",
    "is_keras_tensor",
    "log",
    "logsumexp",
    "mean",
    "name_scope",
    "result_type",
    "set_image_data_format",
    "sigmoid",
    "sign",
    "sin",
    "softplus",
    "softsign",
    "sqrt",
    "square",
    "standardize_dtype",
    "std",
    "sum",
    "tanh",
    "var",
]
