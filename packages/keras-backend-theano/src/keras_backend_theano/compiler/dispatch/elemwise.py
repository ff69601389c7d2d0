"""NumPy functions for PyTensor's scalar operations applied elementwise."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any

import numpy as np
from pytensor.graph.basic import Apply, Constant
from pytensor.scalar import basic as scalar
from pytensor.scalar import math as scalar_math
from pytensor.tensor import elemwise

from keras_backend_theano.compiler.dispatch.basic import Function, by_perform, numpy_funcify
from keras_backend_theano.compiler.sizes import LARGE

if TYPE_CHECKING:
    from collections.abc import Callable

Array = Any


def select(condition: Array, yes: Array, no: Array) -> Array:
    """Elements of one of two arrays, as `np.where`; large ones by bit masks, which mispredict no branches.

    Args:
        condition: array of bool.
        yes: array to take from where it is true.
        no: array to take from elsewhere.
    """
    size = getattr(condition, "size", 1)
    if size < LARGE or yes.itemsize not in (4, 8) or yes.dtype != no.dtype:
        return np.where(condition, yes, no)
    shape = np.broadcast_shapes(condition.shape, yes.shape, no.shape)
    if shape != condition.shape:
        return np.where(condition, yes, no)
    whole = np.dtype(f"i{yes.itemsize}")
    mask = np.negative(condition.view(np.int8).astype(whole))
    chosen = np.bitwise_and(mask, np.asarray(yes).view(whole))
    if no.size > 1 or no.reshape(-1).view(whole)[0]:
        np.invert(mask, out=mask)
        chosen |= mask & np.asarray(no).view(whole)
    return chosen.view(yes.dtype)


def _softplus(x: Array) -> Array:
    return np.maximum(x, 0) + np.log1p(np.exp(-np.abs(x)))


def _log1mexp(x: Array) -> Array:
    return np.where(x < -np.log(2.0), np.log1p(-np.exp(x)), np.log(-np.expm1(x)))


def _sigmoid(x: Array) -> Array:
    return np.tanh(x * x.dtype.type(0.5)) * x.dtype.type(0.5) + x.dtype.type(0.5)


def _round_away(x: Array) -> Array:
    return np.trunc(x + np.copysign(x.dtype.type(0.5), x))


def _fill(x: Array, y: Array) -> Array:
    return np.broadcast_to(y, np.broadcast_shapes(np.shape(x), np.shape(y))).copy()


_BY_KIND: dict[type, Callable[..., Array]] = {
    scalar.Identity: lambda x: np.array(x),
    scalar.Second: _fill,
    scalar.Switch: select,
    scalar.Clip: lambda x, low, high: np.minimum(np.maximum(x, low), high),
    scalar.AND: np.bitwise_and,
    scalar.OR: np.bitwise_or,
    scalar.XOR: np.bitwise_xor,
    scalar.RoundHalfAwayFromZero: _round_away,
    scalar.Sqr: np.square,
    scalar_math.Softplus: _softplus,
    scalar_math.Log1mexp: _log1mexp,
    scalar_math.Sigmoid: _sigmoid,
}


@numpy_funcify.register(elemwise.Elemwise)
def _elemwise(op: elemwise.Elemwise, node: Apply, used: Any) -> Function:
    return numpy_function(node) or by_perform(node)


def numpy_function(node: Apply) -> Callable[..., Array] | None:
    """A NumPy function that computes the node of an Elemwise, or None where there is none."""
    op = node.op.scalar_op
    dtype = np.dtype(node.outputs[0].type.dtype)
    if len(node.outputs) != 1:
        return None
    if _is_relu(node):
        return _relu
    if isinstance(op, scalar.Cast):
        return functools.partial(_cast, dtype=dtype)
    function = _BY_KIND.get(type(op)) or _named(op, len(node.inputs))
    if function is None:
        return None
    dtypes = [np.dtype(value.type.dtype) for value in node.inputs]
    if isinstance(op, (scalar.Add, scalar.Mul)) and len(dtypes) != 2:
        return _folded(function, dtypes, dtype)
    return _typed(function, dtypes, dtype)


def takes_out(function: Callable[..., Array]) -> bool:
    """Whether the function can write its result into an array given as `out`."""
    return isinstance(function, np.ufunc) or function is _relu


def _relu(condition: Array, x: Array, zero: Array, out: Array | None = None) -> Array:
    return np.maximum(x, zero, out=out)


def _is_relu(node: Apply) -> bool:
    """Whether the node is `switch(x > 0, x, 0)`."""
    if not isinstance(node.op.scalar_op, scalar.Switch):
        return False
    condition, x, zero = node.inputs
    test = condition.owner
    return (
        test is not None
        and isinstance(getattr(test.op, "scalar_op", None), scalar.GT)
        and test.inputs[0] is x
        and x.type.dtype == node.outputs[0].type.dtype == zero.type.dtype
        and all(isinstance(v, Constant) and not v.data.any() for v in (test.inputs[1], zero))
    )


def _cast(x: Array, dtype: np.dtype) -> Array:
    return x.astype(dtype)


def _named(op: Any, arguments: int) -> Callable[..., Array] | None:
    spec = getattr(op, "nfunc_spec", None)
    if not spec or spec[2] != 1:
        return None
    if spec[1] != arguments and not isinstance(op, (scalar.Add, scalar.Mul)):
        return None
    owner: Any = np
    *modules, name = spec[0].split(".")
    if modules[:1] == ["scipy"]:
        import scipy.special

        owner = scipy.special
    return getattr(owner, name, None)


def _folded(function: Callable[..., Array], dtypes: list[np.dtype], result: np.dtype) -> Callable[..., Array]:
    """A sum or product of any number of terms."""
    if np.result_type(*dtypes) != result:

        def run_cast(first: Array, *others: Array) -> Array:
            total = first.astype(result)
            for other in others:
                total = function(total, other.astype(result))
            return total

        return run_cast

    def run(first: Array, *others: Array) -> Array:
        if not others:
            return np.array(first)
        total = function(first, others[0])
        for other in others[1:]:
            total = function(total, other)
        return total

    return run


def _typed(function: Callable[..., Array], dtypes: list[np.dtype], result: np.dtype) -> Callable[..., Array]:
    """`function`, with a cast where NumPy would give another dtype than the graph says."""
    if function in (select, _fill):
        return function
    samples = [np.ones(1, dtype) for dtype in dtypes]
    with np.errstate(all="ignore"):
        try:
            natural = function(*samples).dtype
        except TypeError:
            return lambda *values: function(*(value.astype(result) for value in values))
    if natural == result:
        return function
    if natural.itemsize < result.itemsize or natural.kind != result.kind:
        return lambda *values: function(*(value.astype(result) for value in values)).astype(result)
    return lambda *values: function(*values).astype(result)
