"""The op table of the JAX backend: one module a family, one function an op."""

from __future__ import annotations

import functools
from collections.abc import Callable
from types import ModuleType
from typing import Any

import jax

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
    rnn,
    shaping,
)
from keras_backend_jax.precision import wide_allowed


def _public(module: ModuleType) -> dict[str, Callable[..., Any]]:
    return {
        name: value
        for name, value in vars(module).items()
        if not name.startswith("_") and getattr(value, "__module__", None) == module.__name__
    }


def _scoped(function: Callable[..., Any]) -> Callable[..., Any]:
    """The op where 64-bit dtypes are honoured, and computed at once where its arguments are sizes."""

    @functools.wraps(function)
    def op(*args: Any, **kwargs: Any) -> Any:
        with wide_allowed():
            if args and _is_size(args[0]) and all(map(_is_known, args)):
                with jax.ensure_compile_time_eval():
                    return function(*args, **kwargs)
            return function(*args, **kwargs)

    return op


def _is_size(value: Any) -> bool:
    """Whether it is a whole number that is known, such as the length of an axis."""
    return isinstance(value, jax.Array) and value.ndim == 0 and value.dtype.kind == "i" and _is_known(value)


def _is_known(value: Any) -> bool:
    return not isinstance(value, jax.core.Tracer)


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
    rnn,
    control,
):
    OPS.update({name: _scoped(function) for name, function in _public(_family).items()})
