"""Shapes and indices as PyTorch's functions take them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from keras_backend_torch.devices import device_for
from keras_backend_torch.framework import torch, without_modes
from keras_backend_torch.modes import is_fake

if TYPE_CHECKING:
    from keras_core.typing import Tensor


def as_int(size: Any) -> int:
    """A size given as a number or as a scalar tensor; a symbol that stands for one while a program is exported."""
    if isinstance(size, torch.SymInt):
        return size
    if isinstance(size, torch.Tensor) and not is_fake(size):
        with without_modes():
            return int(size)
    return int(size)


def as_shape(shape: Any) -> list[int]:
    """A shape as a list of ints.

    Args:
        shape: ints and scalar tensors, one int, or a tensor.
    """
    if isinstance(shape, torch.Tensor):
        if not is_fake(shape):
            with without_modes():
                return list(map(int, shape.reshape(-1).tolist()))
        shape = shape.reshape(-1).tolist()
    if isinstance(shape, (int, np.integer)):
        return [int(shape)]
    return [as_int(size) for size in shape]


def constant(array: Any, dtype: Any = None) -> Tensor:
    """A real tensor, also while a function is recorded, whose constant it becomes.

    Args:
        array: a number or array.
        dtype: PyTorch's; that of the array where it is None.
    """
    with without_modes():
        return torch.as_tensor(array, dtype=dtype, device=device_for(dtype))


def row_indices(indices: Tensor, size: int) -> Tensor:
    """Non-negative indices as int64.

    Args:
        indices: ints, negative ones counted from the end.
        size: length of the axis.
    """
    return non_negative(indices, size).to(torch.int64)


def non_negative(indices: Tensor, size: int) -> Tensor:
    """Non-negative indices as int32 or int64.

    An index out of range is an error on a CPU; on a GPU, where that error would make the device unusable for the rest
    of the process, it is clamped.

    Args:
        indices: ints, negative ones counted from the end.
        size: length of the axis.
    """
    signed = indices.dtype.is_signed
    if indices.dtype not in (torch.int32, torch.int64):
        indices = indices.to(torch.int64)
    if signed:
        indices = torch.add(indices, indices < 0, alpha=size)
    return indices if indices.device.type == "cpu" else indices.clamp(0, max(size - 1, 0))


__all__ = ["as_int", "as_shape", "constant", "non_negative", "row_indices"]
