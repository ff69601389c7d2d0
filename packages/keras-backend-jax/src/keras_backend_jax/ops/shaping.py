"""Shapes, joining, padding and slicing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax
from keras_core import dtypes
from keras_core.backend.toolkit import axes_of, axis_of

from keras_backend_jax.ops.shapes import sizes, spread

if TYPE_CHECKING:
    from collections.abc import Sequence

    from keras_core.typing import Axis, DType, DynamicShape, Tensor


def axis_size(x: Tensor, axis: int) -> Tensor:
    with jax.ensure_compile_time_eval():
        return jnp.asarray(np.int32(x.shape[axis]))


def reshape(x: Tensor, newshape: DynamicShape) -> Tensor:
    return jnp.reshape(x, sizes(newshape))


def view(x: Tensor, dtype: DType | None = None) -> Tensor:
    return x if dtype is None else x.view(dtypes.numpy_dtype(dtype))


def transpose(x: Tensor, axes: Sequence[int] | None = None) -> Tensor:
    rank = x.ndim
    return lax.transpose(x, tuple(reversed(range(rank))) if axes is None else axes_of(axes, rank))


def expand_dims(x: Tensor, axis: int | Sequence[int]) -> Tensor:
    count = 1 if isinstance(axis, int) else len(axis)
    return lax.expand_dims(x, axes_of(axis, x.ndim + count))


def squeeze(x: Tensor, axis: Axis = None) -> Tensor:
    dropped = [k for k, size in enumerate(x.shape) if size == 1] if axis is None else axes_of(axis, x.ndim)
    return lax.squeeze(x, dropped)


def broadcast_to(x: Tensor, shape: DynamicShape) -> Tensor:
    return spread(x, sizes(shape))


# -- joining and splitting


def concatenate(xs: Sequence[Tensor], axis: int = 0) -> Tensor:
    return lax.concatenate(list(xs), axis_of(axis, xs[0].ndim)) if len(xs) > 1 else xs[0]


def stack(x: Sequence[Tensor], axis: int = 0) -> Tensor:
    place = axis_of(axis, x[0].ndim + 1)
    return lax.concatenate([lax.expand_dims(one, (place,)) for one in x], place)


def split(x: Tensor, indices_or_sections: int | Sequence[int], axis: int = 0) -> list[Tensor]:
    place = axis_of(axis, x.ndim)
    length = x.shape[place]
    if isinstance(indices_or_sections, (int, np.integer)):
        count = int(indices_or_sections)
        if length % count:
            raise ValueError(f"got an axis of length {length}, which does not divide into {count} pieces.")
        return list(lax.split(x, (length // count,) * count, place))
    return list(jnp.split(x, [int(cut) for cut in indices_or_sections], place))


# -- repeating and padding


def tile(x: Tensor, repeats: int | Sequence[int]) -> Tensor:
    return jnp.tile(x, sizes(repeats))


def repeat(x: Tensor, repeats: int | Sequence[int], axis: int | None = None) -> Tensor:
    counts = repeats if isinstance(repeats, (int, np.integer)) else np.asarray(repeats)
    return jnp.repeat(x, counts, axis, total_repeat_length=_repeated(x, counts, axis))


def _repeated(x: Tensor, counts: Any, axis: int | None) -> int:
    length = x.size if axis is None else x.shape[axis]
    return length * int(counts) if np.ndim(counts) == 0 else int(np.sum(np.broadcast_to(counts, (length,))))


def pad(
    x: Tensor, pad_width: int | Sequence[Any], mode: str = "constant", constant_values: float | None = None
) -> Tensor:
    pairs = np.broadcast_to(np.asarray(pad_width, dtype=np.int32), (x.ndim, 2))
    if mode != "constant":
        return jnp.pad(x, pairs, mode)
    value = jnp.asarray(constant_values or 0, x.dtype)
    return lax.pad(x, value, [(int(low), int(high), 0) for low, high in pairs])


# -- slicing


def getitem(x: Tensor, key: Any) -> Tensor:
    parts = key if isinstance(key, tuple) else (key,)
    return x[tuple(_part(part) for part in parts)]


def _part(part: Any) -> Any:
    if isinstance(part, list):
        return np.asarray(part, "int32")
    if isinstance(part, slice):
        return slice(*(_limit(one) for one in (part.start, part.stop, part.step)))
    return part


def _limit(limit: Any) -> Any:
    """A limit of a slice as an int, or None."""
    if not isinstance(limit, jax.core.Tracer):
        return None if limit is None else int(limit)
    raise ValueError(
        "got a slice whose limits depend on values: JAX compiles for static shapes. "
        "Use ops.slice with a fixed shape, or ops.where."
    )


def diagonal(x: Tensor, offset: int = 0, axis1: int = 0, axis2: int = 1) -> Tensor:
    return jnp.diagonal(x, offset, axis1, axis2)
