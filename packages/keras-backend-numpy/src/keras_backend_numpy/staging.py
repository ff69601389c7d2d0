"""Staged functions: nothing is compiled, writes are collected and committed together."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from keras_core import Spec, Trace, dtypes
from keras_core.backend import Backend

from keras_backend_numpy import storage

FlatFunction = Callable[..., list[Any]]


def stage(backend: Backend, fn: FlatFunction, variables: Sequence[Any]) -> FlatFunction:
    """`fn`, whose writes are committed after it has succeeded.

    Args:
        backend: the backend to run on.
        fn: takes arrays, returns a list of arrays.
        variables: the variables that it may write.
    """

    def program(*tensors: Any) -> list[Any]:
        with Trace(backend, variables) as trace:
            results = [storage.unshared(result) for result in fn(*tensors)]
        storage.write([(variable.storage, value) for variable, value in trace.written.items()])
        return results

    return program


def abstract(fn: FlatFunction, signature: Sequence[Spec]) -> list[Spec]:
    """Specs of the results, by running `fn` on ones.

    Unknown sizes are tried as 2 and as 3; those of the results that differ between the two runs are unknown.

    Args:
        fn: takes arrays, returns a list of arrays.
        signature: specs of its arguments.
    """
    sizes = (2, 3) if any(None in spec.shape for spec in signature) else (1,)
    found = [_run_on_ones(fn, signature, size) for size in sizes]
    first = found[0]
    if len(found) == 1:
        return first
    shapes = [
        tuple(a if a == b else None for a, b in zip(one.shape, other.shape, strict=True))
        for one, other in zip(first, found[1], strict=True)
    ]
    return [Spec(shape, one.dtype) for shape, one in zip(shapes, first, strict=True)]


def _run_on_ones(fn: FlatFunction, signature: Sequence[Spec], size: int) -> list[Spec]:
    """Specs of the results for ones, with `size` in the place of unknown sizes."""
    arrays = [
        np.ones([size if n is None else n for n in spec.shape], dtypes.numpy_dtype(spec.dtype)) for spec in signature
    ]
    with np.errstate(all="ignore"):
        return [Spec(np.shape(result), dtypes.standardize(result.dtype)) for result in fn(*arrays)]
