from .backend import BACKEND as BACKEND
from .layers.jax_layer import JaxLayer as JaxLayer
from .spec import SPEC as SPEC
