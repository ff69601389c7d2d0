from .backend import BACKEND as BACKEND
from .backend import NumpyBackend as NumpyBackend
from .spec import SPEC as SPEC
