"""Tensors made from numbers."""

from __future__ import annotations

from typing import Any

import numpy as np
from keras_core import dtypes
from keras_core.typing import DType, DynamicShape, Tensor

from keras_backend_torch.framework import kind_of, place_after, place_of, torch
from keras_backend_torch.ops.shapes import as_shape, constant


def full(shape: DynamicShape, fill_value: Any, dtype: DType | None = None) -> Tensor:
    sizes, kind = as_shape(shape), kind_of(dtype)
    if isinstance(fill_value, torch.Tensor):
        return fill_value.to(place_after(fill_value.dtype, kind), kind).expand(sizes)
    if not isinstance(fill_value, (bool, int, float, complex)):
        return constant(np.asarray(fill_value), kind).expand(sizes)
    return torch.full(sizes, fill_value, dtype=kind, device=place_of(kind))


def zeros_like(x: Tensor, dtype: DType | None = None) -> Tensor:
    kind = x.dtype if dtype is None else kind_of(dtype)
    return torch.zeros_like(x, dtype=kind, device=place_after(x.dtype, kind))


def ones_like(x: Tensor, dtype: DType | None = None) -> Tensor:
    kind = x.dtype if dtype is None else kind_of(dtype)
    return torch.ones_like(x, dtype=kind, device=place_after(x.dtype, kind))


def sequence(start: Any, stop: Any, step: Any, dtype: str) -> Tensor:
    kind = kind_of(dtype)
    if not any(isinstance(one, torch.Tensor) for one in (start, stop, step)):
        return constant(np.arange(start, stop, step).astype(dtypes.numpy_dtype(dtype)), kind)
    limits = [one.item() if isinstance(one, torch.Tensor) else one for one in (start, stop, step)]
    return torch.arange(*limits, dtype=kind, device=place_of(kind))
