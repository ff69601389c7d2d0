"""Special functions that JAX has."""

from __future__ import annotations

from jax import lax
from keras_core.typing import Tensor


def erfinv(x: Tensor) -> Tensor:
    return lax.erf_inv(x)
