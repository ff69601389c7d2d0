"""Tensors made from shapes and numbers."""

from __future__ import annotations

from typing import Any

import pytensor.tensor as pt

from keras_backend_theano.ops.shapes import sizes
from keras_backend_theano.symbolic import numpy_dtype, tensor


def full(shape: Any, fill_value: Any, dtype: Any = None) -> Any:
    return pt.alloc(tensor(fill_value, numpy_dtype(dtype).name), *sizes(shape))


def sequence(start: Any, stop: Any, step: Any, dtype: Any) -> Any:
    return pt.arange(start, stop, step, dtype=numpy_dtype(dtype).name)
