from .backend import BACKEND as BACKEND
from .spec import SPEC as SPEC
