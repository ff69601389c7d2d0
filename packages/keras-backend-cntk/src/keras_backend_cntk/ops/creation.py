"""Primitives that make tensors."""

from __future__ import annotations

from typing import Any

import numpy as np
from keras_core import dtypes

from keras_backend_cntk.expressions import Expr, broadcast, constant, known


def full(shape: Any, fill_value: Any, dtype: Any = None) -> Expr:
    sizes = known(shape)
    sizes = [int(sizes)] if np.ndim(sizes) == 0 else [int(size) for size in sizes]
    name = dtypes.standardize(dtype)
    if isinstance(fill_value, Expr) and fill_value.array is None:
        return broadcast(fill_value, sizes)
    return constant(np.full(sizes, known(fill_value)), name)


def sequence(start: Any, stop: Any, step: Any, dtype: str) -> Expr:
    return constant(np.arange(known(start), known(stop), known(step)), dtype)
