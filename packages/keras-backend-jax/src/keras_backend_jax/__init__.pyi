from .backend import BACKEND as BACKEND
from .layers.flax_layer import FlaxLayer as FlaxLayer
from .layers.jax_layer import JaxLayer as JaxLayer
from .spec import SPEC as SPEC
