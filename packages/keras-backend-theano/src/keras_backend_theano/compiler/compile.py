"""From a PyTensor graph to a function of arrays."""

from __future__ import annotations

import threading
import warnings
from typing import TYPE_CHECKING, Any

import numpy as np
import pytensor
from pytensor.compile.mode import Mode, get_mode
from pytensor.graph.rewriting.db import RewriteDatabaseQuery

from keras_backend_theano.compiler.linker import NumpyLinker
from keras_backend_theano.framework import LOCK, settings, thread_safe

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from pytensor.graph.basic import Variable

_REWRITES = RewriteDatabaseQuery(include=["fast_run"], exclude=["scan"])


def compile_graph(
    inputs: Sequence[Variable], outputs: Sequence[Variable], jit: bool = False
) -> Callable[..., list[np.ndarray]]:
    """The outputs as a function of arrays for the inputs.

    Args:
        inputs: variables of the graph; some may be unused.
        outputs: variables of the graph.
        jit: compile by numba, which makes small models several times faster after seconds or minutes
            of compilation; otherwise the graph runs as NumPy calls at once.

    Returns:
        A function that may run in several threads and returns arrays that share no memory.
    """
    mode = get_mode("NUMBA") if jit else Mode(NumpyLinker(), _REWRITES)
    with settings(), warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Numba will use object mode")
        built = pytensor.function(list(inputs), list(outputs), mode=mode, on_unused_input="ignore", trust_input=True)
    function: Callable[..., Any] = thread_safe(built)
    return _returning_arrays(function) if jit else function


def _returning_arrays(function: Callable[..., Any]) -> Callable[..., list[np.ndarray]]:
    """Numba's results with scalars as arrays; its first call, which compiles, is made by one thread."""
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
