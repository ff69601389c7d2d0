"""Activations."""

from __future__ import annotations

from typing import TYPE_CHECKING

import jax
from jax import lax

if TYPE_CHECKING:
    from keras_core.typing import Tensor


def relu(x: Tensor) -> Tensor:
    if x.dtype == bool:
        return x
    zero = lax.full_like(x, 0)
    return lax.select(lax.le(x, zero), zero, x)  # whose gradient at 0 is 0; NaN stays


def sigmoid(x: Tensor) -> Tensor:
    return lax.logistic(x)


def softplus(x: Tensor) -> Tensor:
    return jax.nn.softplus(x)
