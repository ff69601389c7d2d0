from .keras_tensor import any_symbolic as any_symbolic
from .node import Node as Node
from .node import keras_tensors_in as keras_tensors_in
from .node import map_nested as map_nested
from .topology import nodes_between as nodes_between
from .update import Update as Update
