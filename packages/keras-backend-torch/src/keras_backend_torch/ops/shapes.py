"""Axes, shapes and indices as PyTorch's functions take them."""

from __future__ import annotations

from typing import Any

import numpy as np
from keras_core.typing import Axis, Tensor

from keras_backend_torch.framework import is_symbolic, outside_tracing, place_of, torch


def axes_of(axis: Axis, rank: int) -> list[int]:
    """Axes counted from the front, all for None.

    Raises:
        ValueError: when one is outside the rank.
    """
    if axis is None:
        return list(range(rank))
    chosen = [axis] if isinstance(axis, (int, np.integer)) else list(axis)
    if any(not -rank <= one < rank for one in chosen):
        raise ValueError(f"got axis {axis} for {rank} axes.")
    return [int(one) % rank for one in chosen]


def as_int(size: Any) -> int:
    """A size given as a number or as a scalar tensor that has a value."""
    if isinstance(size, torch.Tensor) and not is_symbolic(size):
        with outside_tracing():
            return int(size)
    return int(size)


def as_shape(shape: Any) -> list[int]:
    """Ints and scalar tensors, one int, or a tensor, as a list of ints."""
    if isinstance(shape, torch.Tensor):
        if not is_symbolic(shape):
            with outside_tracing():
                return list(map(int, shape.reshape(-1).tolist()))
        shape = shape.reshape(-1).tolist()
    if isinstance(shape, (int, np.integer)):
        return [int(shape)]
    return [as_int(size) for size in shape]


def constant(array: Any, dtype: Any = None) -> Tensor:
    """A tensor of known values, which a program being traced takes as they are."""
    with outside_tracing():
        return torch.as_tensor(array, dtype=dtype, device=place_of(dtype))


def wrapped(indices: Tensor, size: int) -> Tensor:
    """Indices as int64 with negative ones counted from the end; see `counted`."""
    return counted(indices, size).to(torch.int64)


def counted(indices: Tensor, size: int) -> Tensor:
    """Indices as int32 or int64 with negative ones counted from the end.

    One that is out of range is an error on a processor; on a GPU, where that error would end the process's use of
    the device, it is brought to the nearest one inside.
    """
    signed = indices.dtype.is_signed
    if indices.dtype not in (torch.int32, torch.int64):
        indices = indices.to(torch.int64)
    if signed:
        indices = torch.add(indices, indices < 0, alpha=size)
    return indices if indices.device.type == "cpu" else indices.clamp(0, max(size - 1, 0))
