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


def mask_like(mask: Tensor, x: Tensor) -> Tensor:
    """The mask with trailing axes of size 1, up to the rank of `x`."""
    missing = ops.ndim(x) - ops.ndim(mask)
    return ops.expand_dims(mask, tuple(range(-missing, 0))) if missing > 0 else mask
