"""Staged functions: nothing is compiled, writes are collected and committed together."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, cast

import numpy as np
from keras_core import Spec, dtypes
from keras_core.backend.toolkit import probed_specs, run_pure

from keras_backend_numpy import storage

if TYPE_CHECKING:
    from keras_core.backend import Backend

FlatFunction = Callable[..., list[Any]]


def stage(backend: Backend, fn: FlatFunction, variables: Sequence[Any]) -> FlatFunction:
    """`fn`, whose writes are committed after it has succeeded.

    Args:
        backend: the backend to run on.
        fn: takes arrays, returns a list of arrays.
        variables: the variables that it may write.
    """

    def program(*tensors: Any) -> list[Any]:
        results, written = run_pure(backend, fn, tensors, variables)
        unshared = list(map(storage.unshared, results))
        storage.write([(variable.storage, value) for variable, value in written.items()])
        return unshared

    return program


def abstract(fn: FlatFunction, signature: Sequence[Spec]) -> list[Spec]:
    """Specs of the results, by running `fn` on ones.

    Args:
        fn: takes arrays, returns a list of arrays.
        signature: specs of its arguments.
    """

    def run_on_ones(given: list[Spec]) -> list[Spec]:
        arrays = [np.ones(cast("tuple[int, ...]", spec.shape), dtypes.numpy_dtype(spec.dtype)) for spec in given]
        with np.errstate(all="ignore"):
            return [Spec(np.shape(result), dtypes.standardize(result.dtype)) for result in fn(*arrays)]

    return probed_specs(run_on_ones, signature)
