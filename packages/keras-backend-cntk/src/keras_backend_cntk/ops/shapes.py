"""Indices brought inside of their axis."""

from __future__ import annotations

import numpy as np

from keras_backend_cntk.expressions import Expr, call, constant, number
from keras_backend_cntk.ops.elementwise import add, maximum, minimum, where


def inside(indices: Expr, length: int) -> Expr:
    """Indices from 0 to length - 1: negative ones counted from the end, others clipped."""
    if indices.array is not None:
        found = np.where(indices.array < 0, indices.array + length, indices.array)
        return constant(np.clip(found, 0, length - 1), "int32")
    zero = number(0, indices)
    negative = call("less", indices, zero, dtype="bool")
    counted = where(negative, add(indices, number(length, indices)), indices)
    return minimum(maximum(counted, zero), number(length - 1, indices))
