from .backend import BACKEND as BACKEND
from .layers.torch_module_wrapper import TorchModuleWrapper as TorchModuleWrapper
from .spec import SPEC as SPEC
