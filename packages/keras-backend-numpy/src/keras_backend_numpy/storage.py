"""Storage of variables: read-only arrays that are replaced as a whole."""

from typing import Any

import numpy as np
from keras_core.backend.toolkit import adopt_array as adopt
from keras_core.backend.toolkit import create_array as create
from keras_core.backend.toolkit import write_arrays as write

__all__ = ["adopt", "create", "unshared", "write"]


def unshared(value: Any) -> Any:
    """`value`, copied if it is a variable's array or a view of one."""
    return np.array(value) if isinstance(value, np.ndarray) and not value.flags.writeable else value
