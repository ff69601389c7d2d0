from .backend import BACKEND as BACKEND
from .layers.tfsm_layer import TFSMLayer as TFSMLayer
from .spec import SPEC as SPEC
