"""The op table of the PyTorch backend: one module per family, one function per op."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any

from keras_core import tree
from keras_core.backend.toolkit import op_table

from keras_backend_torch.devices import default_device, device_after_cast
from keras_backend_torch.framework import torch
from keras_backend_torch.ops import (
    complex,
    control,
    conv,
    creation,
    elementwise,
    image,
    indexing,
    linalg,
    nn,
    quantization,
    random,
    reduction,
    rnn,
    shaping,
)

if TYPE_CHECKING:
    from collections.abc import Callable

_UNSIGNED = (torch.uint16, torch.uint32, torch.uint64)
"""dtypes that PyTorch stores and casts, and hardly computes with."""


def _widening(function: Callable[..., Any]) -> Callable[..., Any]:
    """Compute with unsigned integers of 16 to 64 bits as int64, whose wrapping sums are the same bits."""

    @functools.wraps(function)
    def op(*args: Any, **kwargs: Any) -> Any:
        narrow = _unsigned_among(args)
        if narrow is None:
            return function(*args, **kwargs)
        kinds = {one.dtype for one in tree.flatten(args) if isinstance(one, torch.Tensor)}
        place = None if kinds == {narrow} else default_device()
        result = function(*(_wide(one, place) for one in args), **kwargs)
        return [_back(one, narrow) for one in result] if isinstance(result, (list, tuple)) else _back(result, narrow)

    return op


def _unsigned_among(values: Any) -> torch.dtype | None:
    for value in values:
        if isinstance(value, torch.Tensor):
            if value.dtype in _UNSIGNED:
                return value.dtype
        elif isinstance(value, (list, tuple)):
            found = _unsigned_among(value)
            if found is not None:
                return found
    return None


def _wide(value: Any, place: torch.device | None) -> Any:
    """As int64, on the device of what it is computed with."""
    if isinstance(value, torch.Tensor):
        return value.to(place, torch.int64) if value.dtype in _UNSIGNED else value
    return [_wide(one, place) for one in value] if isinstance(value, list) else value


def _back(value: Any, narrow: torch.dtype) -> Any:
    """A result cast back, and moved to where tensors of its dtype are placed."""
    if not isinstance(value, torch.Tensor):
        return value
    dtype = narrow if value.dtype is torch.int64 else value.dtype
    return value.to(device_after_cast(narrow, dtype), dtype)


OPS: dict[str, Callable[..., Any]] = {
    **op_table((elementwise, reduction, shaping, indexing, linalg, conv), _widening),
    **op_table((complex, creation, nn, rnn, random, control, image, quantization)),
    "cast": elementwise.cast,
    "view": shaping.view,
}
