"""The op table of the Theano backend: one module for each op family."""

from __future__ import annotations

from collections.abc import Callable
from types import ModuleType
from typing import Any

from keras_backend_theano.ops import (
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
from keras_backend_theano.ops.dispatch import by_arguments


def _public(module: ModuleType) -> dict[str, Callable[..., Any]]:
    return {
        name: value
        for name, value in vars(module).items()
        if not name.startswith("_") and getattr(value, "__module__", None) == module.__name__
    }


_SYMBOLIC = (elementwise, reduction, shaping, indexing, creation, linalg, nn, conv, random)
_ANY = (control, rnn)  # what they do with arrays is their own

OPS: dict[str, Callable[..., Any]] = {
    name: by_arguments(name, function) for family in _SYMBOLIC for name, function in _public(family).items()
} | {name: function for family in _ANY for name, function in _public(family).items()}
