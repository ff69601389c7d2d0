from .cloning import clone_layer as clone_layer
from .cloning import clone_model as clone_model
from .function import Function as Function
from .model import Functional as Functional
from .model import Model as Model
from .outline import Outline as Outline
from .outline import Part as Part
from .sequential import Sequential as Sequential
