"""The op table of the JAX backend: one module for each op family."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any

import jax
from keras_core.backend.toolkit import op_table

from keras_backend_jax.framework import wide_allowed
from keras_backend_jax.ops import (
    complex,
    control,
    conv,
    creation,
    elementwise,
    indexing,
    linalg,
    nn,
    quantization,
    random,
    reduction,
    rnn,
    shaping,
    special,
)

if TYPE_CHECKING:
    from collections.abc import Callable


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


OPS: dict[str, Callable[..., Any]] = op_table(
    (
        elementwise,
        complex,
        special,
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
        quantization,
    ),
    _scoped,
)
