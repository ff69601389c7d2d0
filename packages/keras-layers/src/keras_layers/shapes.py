"""Static shapes and axes of inputs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from keras_core import KerasTensor, ops

if TYPE_CHECKING:
    from keras_core.typing import Shape, Tensor


def static_shape(x: Tensor) -> Shape:
    """Shape of a tensor, None where a size is known only at run time."""
    if isinstance(x, KerasTensor):
        return x.shape
    return tuple(size if isinstance(size, int) else None for size in ops.shape(x))


def is_symbolic(x: Tensor) -> bool:
    """Whether `x` is symbolic, so that nothing may be drawn or assigned for it."""
    return isinstance(x, KerasTensor)


def spatial_axes(rank: int, data_format: str) -> tuple[int, ...]:
    """The `rank` axes that are neither batch nor channels."""
    first = 2 if data_format == "channels_first" else 1
    return tuple(range(first, first + rank))


def channel_axis(data_format: str) -> int:
    """The axis of the channels."""
    return 1 if data_format == "channels_first" else -1


def with_spatial(shape: Shape, sizes: Shape, data_format: str) -> Shape:
    """`shape` with other sizes of the spatial axes."""
    first = 2 if data_format == "channels_first" else 1
    return (*shape[:first], *sizes, *shape[first + len(sizes) :])


def join_steps(x: Tensor) -> Tensor:
    """``(batch, steps, ...)`` as one batch ``(batch * steps, ...)``."""
    sizes = static_shape(x)
    joined = -1 if sizes[0] is None or sizes[1] is None else sizes[0] * sizes[1]
    return ops.reshape(x, (joined, *ops.shape(x)[2:]))


def split_steps(x: Tensor, like: Tensor) -> Tensor:
    """One batch ``(batch * steps, ...)`` as ``(batch, steps, ...)``, with the batch and steps of `like`."""
    sizes = static_shape(like)
    batch, steps = (ops.shape(like)[axis] if sizes[axis] is None else sizes[axis] for axis in (0, 1))
    leading = (-1, steps) if sizes[0] is None and isinstance(steps, int) else (batch, steps)
    return ops.reshape(x, (*leading, *ops.shape(x)[1:]))


def mask_like(mask: Tensor, x: Tensor) -> Tensor:
    """The mask with trailing axes of size 1, up to the rank of `x`."""
    missing = ops.ndim(x) - ops.ndim(mask)
    return ops.expand_dims(mask, tuple(range(-missing, 0))) if missing > 0 else mask
