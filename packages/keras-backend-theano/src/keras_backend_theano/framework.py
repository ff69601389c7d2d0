"""What the package uses of PyTensor beyond its documented interface, and PyTensor's process-wide settings.

Each use of a private API has a way without it, taken where PyTensor does not have that API: see `accept_variables`,
`thread_safe` and `subtensor_key`. `joins_along_input`, `row_scatter_ops` and `shape_node` are for what differs between
versions.
"""

from __future__ import annotations

import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import numpy as np
import pytensor
import pytensor.tensor as pt
from keras_core import config
from pytensor.tensor import subtensor

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

#: PyTensor's compiler is not safe from threads: one compilation at a time.
LOCK = threading.RLock()
"""Held while PyTensor's settings are changed and while it compiles: both are process-wide."""

_conversion: Any = getattr(pt, "_as_tensor_variable", None)
_unflatten: Any = getattr(subtensor, "unflatten_index_variables", None)


@contextmanager
def settings() -> Iterator[None]:
    """PyTensor's float dtype as Keras has it, and no float64 by its casting rules.

    One thread at a time is inside.
    """
    floatx = config.floatx()
    known = floatx if floatx in ("float16", "float32", "float64") else "float32"
    # Without a C++ compiler PyTensor folds constants by NumPy; compiling for them takes seconds.
    flags = {"floatX": known, "cast_policy": "numpy+floatX", "cxx": ""}
    with LOCK, pytensor.config.change_flags(**flags):
        yield


def accept_variables(variable_type: type) -> bool:
    """Let PyTensor's functions and operators take instances of a class that has its tensor as `value`.

    PyTensor has no public registration for `as_tensor_variable`. Without the private one its operators still work,
    since they leave the class to its own reflected operators; its functions then need ``variable.value``.

    Args:
        variable_type: the class, such as `keras_core.Variable`.

    Returns:
        Whether PyTensor's functions take it.
    """
    if _conversion is None:
        return False

    @_conversion.register(variable_type)
    def converted(value: Any, name: str | None = None, ndim: int | None = None, **options: Any) -> Any:
        return pt.as_tensor_variable(value.value, name, ndim)

    return True


def thread_safe(compiled: Any) -> Callable[..., Sequence[Any]]:
    """A compiled `pytensor.function` as a function that several threads may call at once.

    PyTensor's function object keeps arguments and results in storage that all its calls share. The Python function
    that a just-in-time linker made does not, and is called directly; without it one call runs at a time.

    Args:
        compiled: what `pytensor.function` returned.

    Returns:
        A function of arrays that returns a sequence of arrays.
    """
    function = getattr(getattr(compiled, "vm", None), "jit_fn", None)
    if function is not None:
        return function
    lock = threading.Lock()

    def run(*arrays: Any) -> Sequence[Any]:
        with lock:
            return [np.array(result) for result in compiled(*arrays)]

    return run


def subtensor_key(op: Any) -> Callable[[Sequence[Any]], tuple[Any, ...]] | None:
    """How an Op that slices makes the key with which it indexes its array.

    Args:
        op: a `Subtensor` or `IncSubtensor`.

    Returns:
        A function of the values of the Op's index inputs; None where this PyTensor does not tell, and the Op's own
        `perform` has to be called.
    """
    entries, unflatten = getattr(op, "idx_list", None), _unflatten
    if unflatten is None or entries is None:
        return None
    return lambda parts: tuple(unflatten(parts, entries))


def joins_along_input(op: Any) -> bool:
    """Whether a `Join` has its axis as the first input (PyTensor before 3.1), and not as a property."""
    return "axis" not in getattr(op, "__props__", ())


def row_scatter_ops() -> tuple[type, ...]:
    """The Ops that add to or set elements chosen by integer tensors; PyTensor before 3.1 has a second for rows."""
    row_op = getattr(subtensor, "AdvancedIncSubtensor1", None)
    return (subtensor.AdvancedIncSubtensor, *([row_op] if row_op is not None else []))


def shape_node(request: Sequence[Any]) -> Any:
    """The node whose output shapes PyTensor asks for, from the arguments of `Op.infer_shape`.

    These are the node and the shapes of its inputs, before PyTensor 3.1 preceded by the graph.
    """
    return request[-2]
