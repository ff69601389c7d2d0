from .keras_tensor import Node as Node
from .keras_tensor import any_symbolic as any_symbolic
from .keras_tensor import keras_tensors_in as keras_tensors_in
from .nested import map_nested as map_nested
from .topology import evaluate_where_given as evaluate_where_given
from .topology import nodes_between as nodes_between
from .topology import nodes_up_to_masks as nodes_up_to_masks
from .update import Update as Update
