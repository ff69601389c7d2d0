"""Ops on arrays run the NumPy backend's implementations; ops on symbolic values build a graph."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any

from keras_core import backend

from keras_backend_theano.symbolic import is_symbolic

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


def by_arguments(name: str, function: Callable[..., Any]) -> Callable[..., Any]:
    """An op that builds a graph where an argument is symbolic, and runs on NumPy otherwise.

    Args:
        name: the op's name.
        function: its implementation for symbolic values.
    """

    @functools.wraps(function)
    def run(*args: Any, **kwargs: Any) -> Any:
        if any(map(is_symbolic, args)) or (kwargs and is_symbolic(list(kwargs.values()))):
            return function(*args, **kwargs)
        return numpy_op(name)(*args, **kwargs)

    return run


def numpy_op(name: str) -> Callable[..., Any]:
    """The NumPy backend's implementation of an op."""
    return _numpy_ops()[name]


@functools.cache
def _numpy_ops() -> Mapping[str, Callable[..., Any]]:
    return backend.load("numpy").ops
