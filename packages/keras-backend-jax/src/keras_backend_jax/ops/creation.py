"""Tensors made from numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import jax
import jax.numpy as jnp
import numpy as np
from keras_core import dtypes

from keras_backend_jax.ops.shapes import sizes, spread

if TYPE_CHECKING:
    from keras_core.typing import DType, DynamicShape, Tensor


def full(shape: DynamicShape, fill_value: Any, dtype: DType | None = None) -> Tensor:
    return spread(jnp.asarray(fill_value, dtypes.numpy_dtype(dtype)), sizes(shape))


def sequence(start: Any, stop: Any, step: Any, dtype: str) -> Tensor:
    if any(isinstance(one, jax.core.Tracer) for one in (start, stop, step)):
        raise ValueError(
            "got limits that depend on values: JAX compiles for static shapes. Take sizes from the shapes of tensors."
        )
    start, stop, step = (np.asarray(one).item() for one in (start, stop, step))
    return jnp.asarray(np.arange(start, stop, step).astype(dtypes.numpy_dtype(dtype)), dtypes.numpy_dtype(dtype))
