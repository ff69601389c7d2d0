"""Special functions that JAX has."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jax import lax

if TYPE_CHECKING:
    from keras_core.typing import Tensor


def erfinv(x: Tensor) -> Tensor:
    return lax.erf_inv(x)
