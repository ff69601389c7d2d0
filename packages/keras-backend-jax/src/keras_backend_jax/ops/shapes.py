"""Axes and shapes as JAX takes them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax
from jax.export import is_symbolic_dim

if TYPE_CHECKING:
    from keras_core.typing import Tensor


def _size(size: Any) -> Any:
    """A size as an int; a symbol that stands for one while a program is exported."""
    return size if type(size) is int or is_symbolic_dim(size) else int(size)


def sizes(shape: Any) -> tuple[int, ...]:
    """A shape as ints; it may hold scalar arrays or be an array.

    Raises:
        ValueError: when a size is known only when the program runs.
    """
    try:
        single = isinstance(shape, (int, np.integer)) or getattr(shape, "ndim", 1) == 0
        return (int(shape),) if single else tuple(map(_size, shape))
    except jax.errors.ConcretizationTypeError:
        raise ValueError(
            f"got the shape {shape}, which depends on values: JAX compiles for static shapes. "
            "Take sizes from the shapes of tensors, or set run_eagerly=True in compile()."
        ) from None


def spread(x: Tensor, shape: tuple[int, ...]) -> Tensor:
    """`x` broadcast to a shape."""
    if x.shape == shape:
        return x
    return lax.broadcast_in_dim(x, shape, range(len(shape) - x.ndim, len(shape)))


def alike(*tensors: Tensor) -> list[Tensor]:
    """Tensors broadcast against each other."""
    first = tensors[0].shape
    if all(x.shape == first for x in tensors):
        return list(tensors)
    try:
        shape = np.broadcast_shapes(*(x.shape for x in tensors))
    except TypeError:  # symbols for sizes, while a program is exported
        shape = jnp.broadcast_shapes(*(x.shape for x in tensors))
    return [spread(x, shape) for x in tensors]
