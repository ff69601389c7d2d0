"""The op table of the JAX backend: one module a family, one function an op."""

from __future__ import annotations

import functools
from collections.abc import Callable
from types import ModuleType
from typing import Any

from keras_backend_jax.ops import (
    control,
    conv,
    creation,
    elementwise,
    indexing,
    linalg,
    nn,
    random,
    reduction,
    shaping,
)
from keras_backend_jax.precision import wide_allowed


def _public(module: ModuleType) -> dict[str, Callable[..., Any]]:
    return {
        name: value
        for name, value in vars(module).items()
        if not name.startswith("_") and getattr(value, "__module__", None) == module.__name__
    }


def _with_wide(function: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(function)
    def op(*args: Any, **kwargs: Any) -> Any:
        with wide_allowed():
            return function(*args, **kwargs)

    return op


OPS: dict[str, Callable[..., Any]] = {}
for _family in (
    elementwise,
    reduction,
    shaping,
    indexing,
    creation,
    linalg,
    nn,
    conv,
    random,
    control,
):
    OPS.update({name: _with_wide(function) for name, function in _public(_family).items()})
