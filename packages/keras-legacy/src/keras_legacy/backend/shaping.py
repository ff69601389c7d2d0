"""Shapes, with Keras 2's arguments and defaults."""

from __future__ import annotations

import builtins
from typing import TYPE_CHECKING, Any

import numpy as np
from keras_core import active_trace, config, ops

from keras_legacy.backend.sizes import is_known_size, sizes

if TYPE_CHECKING:
    from collections.abc import Sequence

    from keras_core.typing import DataFormat, Tensor

Pair = tuple[int, int]


def reshape(x: Tensor, shape: Any) -> Tensor:
    """The same elements in another shape; one size may be -1.

    Args:
        x: tensor.
        shape: shape of the result: sizes, or a tensor of them such as `K.stack` makes.
    """
    return ops.reshape(x, sizes(shape))


def flatten(x: Tensor) -> Tensor:
    """All elements along one axis."""
    return ops.reshape(x, (-1,))


def batch_flatten(x: Tensor) -> Tensor:
    """All axes but the first as one."""
    return ops.reshape(x, (-1, ops.size(x[0]))) if None in _rest(x) else ops.reshape(x, (-1, _product(_rest(x))))


def _rest(x: Tensor) -> tuple[Any, ...]:
    return tuple(n if isinstance(n, int) else None for n in ops.shape(x)[1:])


def _product(sizes: Sequence[Any]) -> int:
    result = 1
    for size in sizes:
        result *= size
    return result


def permute_dimensions(x: Tensor, pattern: Sequence[int]) -> Tensor:
    """Axes in another order.

    Args:
        x: tensor.
        pattern: the axes in their new order.
    """
    return ops.transpose(x, tuple(pattern))


def expand_dims(x: Tensor, axis: int = -1) -> Tensor:
    """A new axis of length 1.

    Args:
        x: tensor.
        axis: position of the new axis. Defaults to -1.
    """
    return ops.expand_dims(x, axis)


def squeeze(x: Tensor, axis: int) -> Tensor:
    """Without an axis of length 1.

    Args:
        x: tensor.
        axis: axis of length 1.
    """
    return ops.squeeze(x, axis)


def concatenate(tensors: Sequence[Tensor], axis: int = -1) -> Tensor:
    """Tensors joined along an axis.

    Args:
        tensors: list of tensors.
        axis: axis to join along. Defaults to -1.
    """
    return ops.concatenate(list(tensors), axis)


def stack(x: Sequence[Tensor], axis: int = 0) -> Tensor:
    """Tensors of one shape joined along a new axis.

    Args:
        x: list of tensors.
        axis: position of the new axis. Defaults to 0.
    """
    parts = list(x)
    if active_trace() is not None and all(map(is_known_size, parts)):
        return np.array(parts)
    return ops.stack(parts, axis)


def tile(x: Tensor, n: int | Sequence[int]) -> Tensor:
    """`x` repeated as a whole, `n` times along each axis.

    Args:
        x: tensor.
        n: number of repetitions, or one for each axis.
    """
    return ops.tile(x, sizes(n))


def repeat(x: Tensor, n: int) -> Tensor:
    """(batch, features) as (batch, n, features), `n` times the same.

    Args:
        x: tensor (batch, features).
        n: number of repetitions.
    """
    return ops.repeat(ops.expand_dims(x, 1), n, 1)


def repeat_elements(x: Tensor, rep: int, axis: int) -> Tensor:
    """Each element along an axis `rep` times.

    Args:
        x: tensor.
        rep: number of repetitions.
        axis: axis of the elements.
    """
    return ops.repeat(x, rep, axis)


def arange(start: Any, stop: Any = None, step: Any = 1, dtype: str = "int32") -> Tensor:
    """Numbers from `start` (0 when only one limit is given) up to but without `stop`.

    Args:
        start: first number, or the limit if `stop` is None.
        stop: limit, excluded; None takes `start` for it. Defaults to None.
        step: distance between neighbours. Defaults to 1.
        dtype: dtype name. Defaults to "int32".
    """
    return ops.arange(start, stop, step, dtype)


def one_hot(indices: Tensor, num_classes: int) -> Tensor:
    """A new last axis with 1 at the class and 0 elsewhere.

    Args:
        indices: int tensor.
        num_classes: number of classes.
    """
    return ops.one_hot(indices, num_classes)


def reverse(x: Tensor, axes: int | Sequence[int]) -> Tensor:
    """`x` backwards along axes.

    Args:
        x: tensor.
        axes: axis, or axes, to reverse.
    """
    return ops.flip(x, axes)


def slice(x: Tensor, start: Sequence[int], size: Sequence[int]) -> Tensor:
    """`size` elements of each axis from `start` on; a size of -1 means all that are left.

    Args:
        x: tensor.
        start: first position on each axis.
        size: number of positions on each axis.
    """
    limits = zip(start, size, strict=True)
    return ops.getitem(x, tuple(builtins.slice(s, None if n == -1 else s + n) for s, n in limits))


def temporal_padding(x: Tensor, padding: Pair = (1, 1)) -> Tensor:
    """Zeros before and after the middle axis of a tensor of three.

    Args:
        x: tensor.
        padding: pair (before, after). Defaults to (1, 1).
    """
    return ops.pad(x, ((0, 0), tuple(padding), (0, 0)))


def spatial_2d_padding(
    x: Tensor, padding: tuple[Pair, Pair] = ((1, 1), (1, 1)), data_format: DataFormat = None
) -> Tensor:
    """Zeros around the two spatial axes of images.

    Args:
        x: tensor.
        padding: pairs (before, after) for height and width. Defaults to ((1, 1), (1, 1)).
        data_format: "channels_last" or "channels_first"; None is `K.image_data_format()`. Defaults to None.
    """
    return _padded(x, padding, data_format)


def spatial_3d_padding(
    x: Tensor, padding: tuple[Pair, Pair, Pair] = ((1, 1), (1, 1), (1, 1)), data_format: DataFormat = None
) -> Tensor:
    """Zeros around the three spatial axes of volumes.

    Args:
        x: tensor.
        padding: pairs (before, after) for the three axes. Defaults to ((1, 1), (1, 1), (1, 1)).
        data_format: "channels_last" or "channels_first"; None is `K.image_data_format()`. Defaults to None.
    """
    return _padded(x, padding, data_format)


def _padded(x: Tensor, padding: Sequence[Pair], data_format: DataFormat) -> Tensor:
    space = [tuple(pair) for pair in padding]
    if config.standardize_data_format(data_format) == "channels_first":
        return ops.pad(x, [(0, 0), (0, 0), *space])
    return ops.pad(x, [(0, 0), *space, (0, 0)])


def resize_images(
    x: Tensor, height_factor: int, width_factor: int, data_format: DataFormat, interpolation: str = "nearest"
) -> Tensor:
    """Images `height_factor` and `width_factor` times as large.

    Args:
        x: tensor of rank 4.
        height_factor: factor of the height.
        width_factor: factor of the width.
        data_format: "channels_last" or "channels_first"; None takes the configured one.
        interpolation: "nearest" or "bilinear".
    """
    if interpolation == "nearest":
        return ops.upsample(x, (height_factor, width_factor), data_format)
    first = 2 if config.standardize_data_format(data_format) == "channels_first" else 1
    height, width = ops.shape(x)[first : first + 2]
    return ops.resize(x, (height * height_factor, width * width_factor), interpolation, data_format=data_format)


def resize_volumes(
    x: Tensor, depth_factor: int, height_factor: int, width_factor: int, data_format: DataFormat
) -> Tensor:
    """Volumes so many times as large, by repeating their elements.

    Args:
        x: tensor.
        depth_factor: factor of the depth.
        height_factor: factor of the height.
        width_factor: factor of the width.
        data_format: "channels_last" or "channels_first"; None is `K.image_data_format()`.
    """
    return ops.upsample(x, (depth_factor, height_factor, width_factor), data_format)
