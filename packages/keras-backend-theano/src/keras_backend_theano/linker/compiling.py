"""From a PyTensor graph to a function of arrays."""

from __future__ import annotations

import threading
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np
import pytensor
from keras_core import config
from pytensor.compile.mode import Mode, get_mode
from pytensor.graph.basic import Variable
from pytensor.graph.rewriting.db import RewriteDatabaseQuery

from keras_backend_theano.linker.codegen import NumpyLinker

LOCK = threading.RLock()
_QUERY = RewriteDatabaseQuery(include=["fast_run"], exclude=["scan"])


@contextmanager
def settings() -> Iterator[None]:
    """PyTensor's float dtype as Keras has it, and no float64 that nobody asked for.

    PyTensor's settings and its compilation are process-wide, so one thread at a time is inside.
    """
    floatx = config.floatx()
    known = floatx if floatx in ("float16", "float32", "float64") else "float32"
    # Without a C++ compiler PyTensor folds constants by NumPy; compiling for them takes seconds.
    flags = {"floatX": known, "cast_policy": "numpy+floatX", "cxx": ""}
    with LOCK, pytensor.config.change_flags(**flags):
        yield


def compiled(
    inputs: Sequence[Variable], outputs: Sequence[Variable], jit: bool = False
) -> Callable[..., list[np.ndarray]]:
    """The outputs as a function of arrays for the inputs.

    Args:
        inputs, outputs: variables of the graph; inputs may be unused.
        jit: compile by numba, which makes small models several times faster after seconds or minutes
            of compilation; otherwise the graph runs as NumPy calls at once.

    Returns:
        A function that may run in several threads and returns arrays that share no memory.
    """
    mode = get_mode("NUMBA") if jit else Mode(NumpyLinker(), _QUERY)
    with settings(), warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Numba will use object mode")
        built = pytensor.function(list(inputs), list(outputs), mode=mode, on_unused_input="ignore", trust_input=True)
    function: Callable[..., list[np.ndarray]] = built.vm.jit_fn
    return _as_arrays(function) if jit else function


def _as_arrays(function: Callable[..., Any]) -> Callable[..., list[np.ndarray]]:
    """Numba's results as arrays of their own; its first call, which compiles, is made by one thread."""
    ready = threading.Event()

    def run(*arrays: np.ndarray) -> list[np.ndarray]:
        if ready.is_set():
            results = function(*arrays)
        else:
            with LOCK, warnings.catch_warnings():
                warnings.simplefilter("ignore")
                results = function(*arrays)
            ready.set()
        return [np.array(result) if np.ndim(result) == 0 else result for result in results]

    return run
