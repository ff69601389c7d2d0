"""Storage of variables: read-only arrays that are replaced as a whole."""

from keras_core.backend.toolkit import adopt_array as adopt
from keras_core.backend.toolkit import create_array as create
from keras_core.backend.toolkit import write_arrays as write

__all__ = ["adopt", "create", "write"]
