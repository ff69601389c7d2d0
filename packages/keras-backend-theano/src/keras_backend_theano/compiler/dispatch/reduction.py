"""Reductions over axes, and softmax."""

from __future__ import annotations

from math import isqrt, prod
from typing import TYPE_CHECKING, Any

import numpy as np
from pytensor.scalar import basic as scalar
from pytensor.tensor import elemwise, math
from pytensor.tensor.special import LogSoftmax, Softmax

from keras_backend_theano.compiler.dispatch.basic import Function, by_perform, numpy_funcify

if TYPE_CHECKING:
    from pytensor.graph.basic import Apply

LONG_ROWS = 64
"""Rows from which a sum over them is faster in two parts."""
_SUMS = 2**15
"""Sums that are kept side by side in the first part, as many as the cache holds."""
_add: Any = np.add


@numpy_funcify.register(elemwise.CAReduce)
def _reduction(op: elemwise.CAReduce, node: Apply, used: Any) -> Function:
    ufunc: Any = op.ufunc
    axis = op.axis
    x, result = node.inputs[0].type, np.dtype(node.outputs[0].type.dtype)
    if not isinstance(ufunc, np.ufunc) or getattr(op, "initial", False):
        return by_perform(node)
    if isinstance(op.scalar_op, scalar.Add) and result.kind == "f" and x.dtype == result.name:
        return _float_sum(axis, x.ndim, result)
    if ufunc in (np.maximum, np.minimum) or x.dtype == result.name == "bool":
        return lambda value: ufunc.reduce(value, axis=axis)
    return lambda value: ufunc.reduce(value, axis=axis, dtype=result)


def _float_sum(axis: Any, ndim: int, dtype: np.dtype) -> Function:
    """Sums over leading axes in two parts; others are summed by NumPy, pairwise; half precision by way of float32."""
    if dtype == np.float16:
        return lambda x: _add.reduce(x, axis=axis, dtype=np.float32).astype(dtype)
    leading = axis is not None and 0 < len(axis) < ndim and sorted(axis) == list(range(len(axis)))
    if not leading or ndim < 2:
        return lambda x: _add.reduce(x, axis=axis)
    count = len(axis)

    def run(x: Any) -> Any:
        kept = x.shape[count:]
        rows = prod(x.shape[:count])
        if rows < LONG_ROWS or x.size == 0 or not x.flags.c_contiguous:
            return _add.reduce(x, axis=axis)
        return _sum_of_rows(x.reshape(rows, -1)).reshape(kept)

    return run


def _sum_of_rows(x: Any) -> Any:
    """The sum over the first axis of a matrix: many rows at a time as one long row, whose parts are added then.

    A long row takes no more time than a short one, and each sum is of fewer numbers, which loses less.
    """
    rows, columns = x.shape
    together = min(isqrt(rows), max(_SUMS // columns, 1))
    whole = rows - rows % together
    parts = _add.reduce(x[:whole].reshape(-1, together * columns), axis=0)
    total = _add.reduce(parts.reshape(together, columns), axis=0)
    return total if whole == rows else total + _add.reduce(x[whole:], axis=0)


@numpy_funcify.register(Softmax)
def _softmax(op: Softmax, node: Apply, used: Any) -> Function:
    axis = op.axis

    def run(x: Any) -> Any:
        powers = np.exp(x - np.maximum.reduce(x, axis=axis, keepdims=True))
        powers /= np.add.reduce(powers, axis=axis, keepdims=True)
        return powers

    return run


@numpy_funcify.register(LogSoftmax)
def _log_softmax(op: LogSoftmax, node: Apply, used: Any) -> Function:
    axis = op.axis

    def run(x: Any) -> Any:
        shifted = x - np.maximum.reduce(x, axis=axis, keepdims=True)
        shifted -= np.log(_add.reduce(np.exp(shifted), axis=axis, keepdims=True))
        return shifted

    return run


@numpy_funcify.register(math.Argmax)
def _argmax(op: math.Argmax, node: Apply, used: Any) -> Function:
    if op.axis is not None and len(op.axis) == 1:
        (axis,) = op.axis
        return lambda x: x.argmax(axis)
    return (lambda x: x.argmax()) if node.outputs[0].type.ndim == 0 else by_perform(node)
