"""Creation of tensors."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from keras_core import dtypes

from keras_backend_torch.devices import device_after_cast, device_for
from keras_backend_torch.framework import torch, torch_dtype
from keras_backend_torch.ops.shapes import as_shape, constant

if TYPE_CHECKING:
    from keras_core.typing import DType, DynamicShape, Tensor


def full(shape: DynamicShape, fill_value: Any, dtype: DType | None = None) -> Tensor:
    sizes, wanted = as_shape(shape), torch_dtype(dtype)
    if isinstance(fill_value, torch.Tensor):
        return fill_value.to(device_after_cast(fill_value.dtype, wanted), wanted).expand(sizes)
    if not isinstance(fill_value, (bool, int, float, complex)):
        return constant(np.asarray(fill_value), wanted).expand(sizes)
    return torch.full(sizes, fill_value, dtype=wanted, device=device_for(wanted))


def zeros_like(x: Tensor, dtype: DType | None = None) -> Tensor:
    wanted = x.dtype if dtype is None else torch_dtype(dtype)
    return torch.zeros_like(x, dtype=wanted, device=device_after_cast(x.dtype, wanted))


def ones_like(x: Tensor, dtype: DType | None = None) -> Tensor:
    wanted = x.dtype if dtype is None else torch_dtype(dtype)
    return torch.ones_like(x, dtype=wanted, device=device_after_cast(x.dtype, wanted))


def sequence(start: Any, stop: Any, step: Any, dtype: str) -> Tensor:
    wanted = torch_dtype(dtype)
    if not any(isinstance(one, torch.Tensor) for one in (start, stop, step)):
        return constant(np.arange(start, stop, step).astype(dtypes.numpy_dtype(dtype)), wanted)
    limits = [one.item() if isinstance(one, torch.Tensor) else one for one in (start, stop, step)]
    return torch.arange(*limits, dtype=wanted, device=device_for(wanted))
