"""Products of quantized tensors."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import jax
import jax.numpy as jnp
from jax import lax

if TYPE_CHECKING:
    from keras_core.typing import Tensor

_LEAST = 3
"""XLA on CPU multiplies a single row of integers by a matrix several times slower than a few of them."""


def int8_matmul(x1: Tensor, x2: Tensor) -> Tensor:
    if jax.default_backend() == "cpu" and math.prod(x1.shape[:-1]) == 1:
        rows = jnp.pad(x1.reshape(1, -1), ((0, _LEAST - 1), (0, 0)))
        return _product(rows, x2)[:1].reshape(*x1.shape[:-1], x2.shape[1])
    return _product(x1, x2)


def _product(x1: Tensor, x2: Tensor) -> Tensor:
    axes = (((x1.ndim - 1,), (0,)), ((), ()))
    return lax.dot_general(x1, x2, axes, preferred_element_type=jnp.int32)
