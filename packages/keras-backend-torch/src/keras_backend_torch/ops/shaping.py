"""Shapes, joining, padding and slicing."""

from __future__ import annotations

import builtins
from typing import TYPE_CHECKING, Any

import numpy as np
from keras_core.backend.toolkit import axes_of, axis_of, expanded_key

from keras_backend_torch.framework import torch, torch_dtype
from keras_backend_torch.ops.shapes import as_shape, constant, row_indices

if TYPE_CHECKING:
    from collections.abc import Sequence

    from keras_core.typing import Axis, DType, DynamicShape, Tensor


def axis_size(x: Tensor, axis: int) -> Tensor:
    return constant(x.shape[axis], torch.int32)


def reshape(x: Tensor, newshape: DynamicShape) -> Tensor:
    return x.reshape(as_shape(newshape))


def view(x: Tensor, dtype: DType | None = None) -> Tensor:
    return x if dtype is None else x.contiguous().view(torch_dtype(dtype))


def transpose(x: Tensor, axes: Sequence[int] | None = None) -> Tensor:
    rank = x.dim()
    return x.permute(list(range(rank))[::-1] if axes is None else axes_of(axes, rank))


def expand_dims(x: Tensor, axis: int | Sequence[int]) -> Tensor:
    if isinstance(axis, int):
        return x.unsqueeze(axis)
    for one in sorted(axes_of(axis, x.dim() + len(axis))):
        x = x.unsqueeze(one)
    return x


def squeeze(x: Tensor, axis: Axis = None) -> Tensor:
    if axis is None:
        return x.squeeze()
    axes = axes_of(axis, x.dim())
    if builtins.any(x.shape[one] != 1 for one in axes):
        raise ValueError(f"got axis {axis} of shape {tuple(x.shape)}; only axes of length 1 can be dropped.")
    return x.squeeze(axes) if axes else x


def broadcast_to(x: Tensor, shape: DynamicShape) -> Tensor:
    return x.expand(as_shape(shape))


def flip(x: Tensor, axis: Axis = None) -> Tensor:
    return torch.flip(x, axes_of(axis, x.dim()))


# -- joining and splitting


def concatenate(xs: Sequence[Tensor], axis: int = 0) -> Tensor:
    place = axis_of(axis, xs[0].dim())
    return torch.cat(list(xs), place) if len(xs) > 1 else xs[0]


def stack(x: Sequence[Tensor], axis: int = 0) -> Tensor:
    return torch.stack(list(x), axis)


def split(x: Tensor, indices_or_sections: int | Sequence[int], axis: int = 0) -> list[Tensor]:
    place = axis_of(axis, x.dim())
    if isinstance(indices_or_sections, (int, np.integer)):
        size, left = divmod(x.shape[place], int(indices_or_sections))
        if left:
            raise ValueError(f"got {x.shape[place]} places along axis {axis}, expected a multiple of "
                             f"{indices_or_sections}.")  # fmt: skip
        return list(torch.split(x, size, place)) if size else [x] * int(indices_or_sections)
    return list(torch.tensor_split(x, [int(one) for one in indices_or_sections], place))


def unstack(x: Tensor, num: int | None = None, axis: int = 0) -> list[Tensor]:
    return list(torch.unbind(x, axis))


# -- repeating and padding


def tile(x: Tensor, repeats: int | Sequence[int]) -> Tensor:
    return torch.tile(x, [repeats] if isinstance(repeats, int) else as_shape(repeats))


def repeat(x: Tensor, repeats: int | Sequence[int], axis: int | None = None) -> Tensor:
    if axis is None:
        x, axis = x.reshape(-1), 0
    place = axis_of(axis, x.dim())
    counts = [repeats] if isinstance(repeats, (int, np.integer)) else as_shape(repeats)
    if len(counts) > 1:
        return torch.index_select(x, place, constant(np.repeat(np.arange(len(counts)), counts)))
    sizes = list(x.shape)
    wide = x.unsqueeze(place + 1).expand([*sizes[: place + 1], int(counts[0]), *sizes[place + 1 :]])
    return wide.reshape([*sizes[:place], sizes[place] * int(counts[0]), *sizes[place + 1 :]])


def pad(
    x: Tensor, pad_width: int | Sequence[Any], mode: str = "constant", constant_values: float | None = None
) -> Tensor:
    pairs = np.broadcast_to(np.asarray(pad_width, dtype=np.int64), (x.dim(), 2))
    if mode == "constant":
        flat = [int(size) for pair in pairs[::-1] for size in pair]
        return torch.nn.functional.pad(x, flat, value=constant_values or 0)
    for axis, (before, behind) in enumerate(pairs):
        if before or behind:
            places = np.pad(np.arange(x.shape[axis]), (int(before), int(behind)), mode=mode)  # type: ignore[call-overload]
            x = torch.index_select(x, axis, constant(places))
    return x


# -- slicing


def getitem(x: Tensor, key: Any) -> Tensor:
    parts = expanded_key(key, x.dim())
    axis = 0
    gathered = False
    for part in parts:
        if part is None:
            x = x.unsqueeze(axis)
            axis += 1
        elif isinstance(part, builtins.slice):
            x = _sliced(x, axis, part)
            axis += 1
        elif isinstance(part, (int, np.integer)) and not isinstance(part, bool):
            x = x.select(axis, int(part))
        else:
            indices = part if isinstance(part, torch.Tensor) else constant(np.asarray(part))
            if gathered and indices.dim():
                raise ValueError(f"got key {key!r}; one array of indices is supported. Use take() for the others.")
            x = _gathered(x, axis, indices)
            axis += indices.dim()
            gathered = gathered or indices.dim() > 0
    return x


def _gathered(x: Tensor, axis: int, indices: Tensor) -> Tensor:
    rows = torch.index_select(x, axis, row_indices(indices.reshape(-1), x.shape[axis]))
    return rows.reshape([*x.shape[:axis], *indices.shape, *x.shape[axis + 1 :]])


def _sliced(x: Tensor, axis: int, part: builtins.slice) -> Tensor:
    """One axis of a slice; PyTorch has no negative steps, so that the axis is flipped first."""
    if part.start is None and part.stop is None and part.step in (None, 1):
        return x
    start, stop, step = part.indices(x.shape[axis])
    if step < 0:
        x, start, stop, step = x.flip(axis), x.shape[axis] - 1 - start, x.shape[axis] - 1 - stop, -step
    return x[(builtins.slice(None),) * axis + (builtins.slice(start, builtins.max(stop, start), step),)]


def diagonal(x: Tensor, offset: int = 0, axis1: int = 0, axis2: int = 1) -> Tensor:
    return torch.diagonal(x, offset, axis1, axis2)
