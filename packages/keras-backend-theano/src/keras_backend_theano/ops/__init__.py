"""The op table of the Theano backend: one module for each op family."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from keras_core.backend.toolkit import op_table

from keras_backend_theano.ops import (
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
)
from keras_backend_theano.ops.dispatch import by_arguments

if TYPE_CHECKING:
    from collections.abc import Callable

_SYMBOLIC = op_table([elementwise, complex, reduction, shaping, indexing, creation, linalg, nn, conv, random])
_ANY = op_table([control, quantization, rnn])
"""Ops that take arrays themselves."""

OPS: dict[str, Callable[..., Any]] = {name: by_arguments(name, op) for name, op in _SYMBOLIC.items()} | _ANY
