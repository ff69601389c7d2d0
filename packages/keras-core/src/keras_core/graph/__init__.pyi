from .keras_tensor import Node as Node
from .keras_tensor import any_symbolic as any_symbolic
from .keras_tensor import keras_tensors_in as keras_tensors_in
from .nested import map_nested as map_nested
from .topology import nodes_between as nodes_between
from .update import Update as Update
