"""The op table of the PyTorch backend: one module a family, one function an op."""

from __future__ import annotations

import functools
from collections.abc import Callable
from types import ModuleType
from typing import Any

from torch.utils._pytree import tree_leaves

from keras_backend_torch.framework import default_device, place_after, torch
from keras_backend_torch.ops import (
    control,
    conv,
    creation,
    elementwise,
    indexing,
    linalg,
    nn,
    random,
    reduction,
    rnn,
    shaping,
)

_UNSIGNED = (torch.uint16, torch.uint32, torch.uint64)
"""dtypes that PyTorch can hold and convert, and hardly compute with."""


_BUILTIN = type(torch.add)


def _public(module: ModuleType) -> dict[str, Callable[..., Any]]:
    """The functions of a family: its own, and those of PyTorch that it gives a name of the op table."""
    return {
        name: value
        for name, value in vars(module).items()
        if not name.startswith("_")
        and callable(value)
        and not isinstance(value, type)
        and (
            getattr(value, "__module__", None) in (module.__name__, None) or type(value).__name__.startswith("builtin")
        )
    }


def _widening(function: Callable[..., Any]) -> Callable[..., Any]:
    """Compute with unsigned integers of 16 to 64 bits as int64, whose wrapping sums are the same bits."""

    @functools.wraps(function)
    def op(*args: Any, **kwargs: Any) -> Any:
        narrow = _unsigned_among(args)
        if narrow is None:
            return function(*args, **kwargs)
        kinds = {one.dtype for one in tree_leaves(args) if isinstance(one, torch.Tensor)}
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
    """A result where its dtype belongs."""
    if not isinstance(value, torch.Tensor):
        return value
    kind = narrow if value.dtype is torch.int64 else value.dtype
    return value.to(place_after(narrow, kind), kind)


OPS: dict[str, Callable[..., Any]] = {}
for _family in (elementwise, reduction, shaping, indexing, linalg, conv):
    OPS.update({name: _widening(function) for name, function in _public(_family).items()})
for _family in (creation, nn, rnn, random, control):
    OPS.update(_public(_family))
OPS["cast"] = elementwise.cast
