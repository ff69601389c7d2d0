"""Products of quantized tensors."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import jax
import jax.numpy as jnp
from jax import lax

if TYPE_CHECKING:
    from keras_core.typing import Tensor

_FEW = 8
"""For fewer rows than this, XLA on CPU multiplies matrices of integers slower than those of floats."""
_ROWS = 128
"""How many rows of the second matrix are made floats at a time, which fit into a cache; their sums are exact."""


def int8_matmul(x1: Tensor, x2: Tensor) -> Tensor:
    if jax.default_backend() == "cpu" and math.prod(x1.shape[:-1]) < _FEW and x2.shape[0] > _ROWS:
        return _of_few_rows(x1, x2)
    axes = (((x1.ndim - 1,), (0,)), ((), ()))
    return lax.dot_general(x1, x2, axes, preferred_element_type=jnp.int32)


def _of_few_rows(x1: Tensor, x2: Tensor) -> Tensor:
    left = x1.reshape(-1, x2.shape[0]).astype(jnp.float32)
    whole = x2.shape[0] // _ROWS * _ROWS

    def add_part(index: Tensor, total: Tensor) -> Tensor:
        rows = lax.dynamic_slice_in_dim(x2, index * _ROWS, _ROWS, 0).astype(jnp.float32)
        return total + (lax.dynamic_slice_in_dim(left, index * _ROWS, _ROWS, 1) @ rows).astype(jnp.int32)

    rest = left[:, whole:] @ x2[whole:].astype(jnp.float32)
    total = lax.fori_loop(0, whole // _ROWS, add_part, rest.astype(jnp.int32))
    return total.reshape(*x1.shape[:-1], x2.shape[1])
