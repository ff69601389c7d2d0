"""Products of quantized tensors."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from keras_backend_theano.custom_ops.integers import IntegerProduct
from keras_backend_theano.kernels.integers import row_product
from keras_backend_theano.ops.dispatch import numpy_op
from keras_backend_theano.symbolic import is_symbolic

if TYPE_CHECKING:
    import numpy as np


def int8_matmul(x1: Any, x2: Any) -> Any:
    if is_symbolic(x1) or is_symbolic(x2):
        return IntegerProduct(_of_arrays)(x1, x2)
    return _of_arrays(x1, x2)


def _of_arrays(x1: np.ndarray, x2: np.ndarray) -> np.ndarray:
    found = row_product(x1.reshape(-1), x2) if x1.size == len(x2) else None
    product: np.ndarray = numpy_op("int8_matmul")(x1, x2) if found is None else found.reshape(*x1.shape[:-1], -1)
    return product
