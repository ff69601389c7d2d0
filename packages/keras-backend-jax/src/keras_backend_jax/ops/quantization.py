"""Products of quantized tensors."""

from __future__ import annotations

from typing import TYPE_CHECKING

import jax.numpy as jnp
from jax import lax

if TYPE_CHECKING:
    from keras_core.typing import Tensor


def int8_matmul(x1: Tensor, x2: Tensor) -> Tensor:
    axes = (((x1.ndim - 1,), (0,)), ((), ()))
    return lax.dot_general(x1, x2, axes, preferred_element_type=jnp.int32)
