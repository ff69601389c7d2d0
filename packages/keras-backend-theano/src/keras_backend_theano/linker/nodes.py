"""A Python function for each kind of PyTensor node; what is not here runs the Op's own `perform`."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable
from math import prod
from typing import Any

import numpy as np
from pytensor.compile.builders import OpFromGraph
from pytensor.compile.ops import DeepCopyOp, ViewOp
from pytensor.graph.basic import Apply, Constant
from pytensor.raise_op import CheckAndRaise
from pytensor.scalar import basic as scalar
from pytensor.tensor import basic, elemwise, math, subtensor
from pytensor.tensor.blockwise import Blockwise
from pytensor.tensor.reshape import JoinDims, SplitDims
from pytensor.tensor.shape import Reshape, Shape, Shape_i, SpecifyShape
from pytensor.tensor.special import LogSoftmax, Softmax

from keras_backend_theano.kernels.threads import product
from keras_backend_theano.linker import elementwise

Function = Callable[..., Any]
MATRIX_ROWS = 64
BATCH = 32
"""What an unknown size is taken for when it is judged whether an array is large."""
BLAS_THREADS = 1 << 18
"""Multiplications from which OpenBLAS divides a product among threads."""
_add: Any = np.add


@functools.singledispatch
def function_of(op: Any, node: Apply, used: tuple[bool, ...]) -> Function:
    """The function of the node's inputs that gives its output, or a tuple of its outputs.

    `used` says which of the outputs anything depends on.
    """
    return by_perform(node)


def by_perform(node: Apply) -> Function:
    """Call the Op's `perform`, which wants arrays even for scalars."""
    op, count = node.op, len(node.outputs)
    dtypes = [getattr(value.type, "numpy_dtype", None) for value in node.outputs]
    scalars = [k for k, value in enumerate(node.inputs) if getattr(value.type, "ndim", None) == 0]

    def run(*values: Any) -> Any:
        inputs = list(values)
        for k in scalars:
            inputs[k] = np.asarray(inputs[k])
        storage: list[list[Any]] = [[None] for _ in range(count)]
        op.perform(node, inputs, storage)
        results = [
            one[0] if dtype is None else np.asarray(one[0], dtype) for one, dtype in zip(storage, dtypes, strict=True)
        ]
        return results[0] if count == 1 else tuple(results)

    return run


@function_of.register(elemwise.Elemwise)
def _elemwise(op: elemwise.Elemwise, node: Apply, used: Any) -> Function:
    return elementwise.function_of(node) or by_perform(node)


@function_of.register(elemwise.DimShuffle)
def _dim_shuffle(op: elemwise.DimShuffle, node: Apply, used: Any) -> Function:
    order = op.new_order
    kept = [axis for axis in order if axis != "x"]
    dropped = [axis for axis in range(node.inputs[0].type.ndim) if axis not in kept]
    key = tuple(None if axis == "x" else slice(None) for axis in order)
    source = node.inputs[0].type
    if source.ndim == 0:  # may come as a Python number
        return lambda x: np.asarray(x, source.dtype)[key]
    if dropped:
        first = tuple(0 if k in dropped else slice(None) for k in range(node.inputs[0].type.ndim))
        remaining = sorted(kept)
        permutation = tuple(remaining.index(axis) for axis in kept)
        return lambda x: x[first].transpose(permutation)[key]
    if kept == sorted(kept):
        return lambda x: x[key]
    permutation = tuple(kept)
    if len(key) == len(kept):
        return lambda x: x.transpose(permutation)
    return lambda x: x.transpose(permutation)[key]


@function_of.register(elemwise.CAReduce)
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
    """Sums over leading axes as a product with ones, which is faster and more accurate.

    Others are summed by NumPy, pairwise; half precision by way of float32.
    """
    if dtype == np.float16:
        return lambda x: _add.reduce(x, axis=axis, dtype=np.float32).astype(dtype)
    leading = axis is not None and 0 < len(axis) < ndim and sorted(axis) == list(range(len(axis)))
    if not leading or ndim < 2:
        return lambda x: _add.reduce(x, axis=axis)
    count = len(axis)

    def run(x: Any) -> Any:
        kept = x.shape[count:]
        rows = prod(x.shape[:count])
        if rows < MATRIX_ROWS or x.size == 0 or not x.flags.c_contiguous:
            return _add.reduce(x, axis=axis)
        return (np.ones(rows, x.dtype) @ x.reshape(rows, -1)).reshape(kept)

    return run


@function_of.register(OpFromGraph)
def _whole_graph(op: OpFromGraph, node: Apply, used: Any) -> Function:
    from keras_backend_theano.linker.codegen import python_function

    inner = python_function(op.fgraph)
    return inner if len(node.outputs) > 1 else lambda *values: inner(*values)[0]


@function_of.register(Softmax)
def _softmax(op: Softmax, node: Apply, used: Any) -> Function:
    axis = op.axis

    def run(x: Any) -> Any:
        powers = np.exp(x - np.maximum.reduce(x, axis=axis, keepdims=True))
        powers /= np.add.reduce(powers, axis=axis, keepdims=True)
        return powers

    return run


@function_of.register(LogSoftmax)
def _log_softmax(op: LogSoftmax, node: Apply, used: Any) -> Function:
    axis = op.axis

    def run(x: Any) -> Any:
        shifted = x - np.maximum.reduce(x, axis=axis, keepdims=True)
        shifted -= np.log(_add.reduce(np.exp(shifted), axis=axis, keepdims=True))
        return shifted

    return run


@function_of.register(math.Argmax)
def _argmax(op: math.Argmax, node: Apply, used: Any) -> Function:
    if op.axis is not None and len(op.axis) == 1:
        (axis,) = op.axis
        return lambda x: x.argmax(axis)
    return (lambda x: x.argmax()) if node.outputs[0].type.ndim == 0 else by_perform(node)


@function_of.register(CheckAndRaise)
def _check(op: CheckAndRaise, node: Apply, used: Any) -> Function:
    def run(value: Any, *conditions: Any) -> Any:
        for condition in conditions:
            if not condition:
                raise op.exc_type(op.msg)
        return value

    return run


@function_of.register(basic.ARange)
def _arange(op: basic.ARange, node: Apply, used: Any) -> Function:
    arange: Any = np.arange
    return lambda start, stop, step: arange(start, stop, step, dtype=op.dtype)


@function_of.register(math.Dot)
def _dot(op: math.Dot, node: Apply, used: Any) -> Function:
    dot: Any = np.dot
    return product if node.outputs[0].type.ndim == 2 else dot


def threaded_products(nodes: Iterable[Apply]) -> bool:
    """Whether a matrix product among the nodes is so large that BLAS would use several threads."""
    for node in nodes:
        if isinstance(node.op, math.Dot):
            a, b = ([BATCH if n is None else n for n in value.type.shape] for value in node.inputs)
            if prod(a) * prod(b[1:]) >= BLAS_THREADS:
                return True
    return False


@function_of.register(Blockwise)
def _blockwise(op: Blockwise, node: Apply, used: Any) -> Function:
    return np.matmul if isinstance(op.core_op, math.Dot) else by_perform(node)


@function_of.register(Reshape)
def _reshape(op: Reshape, node: Apply, used: Any) -> Function:
    target = node.inputs[1]
    if isinstance(target, Constant):
        fixed = tuple(int(n) for n in target.data)
        return lambda x, _: x.reshape(fixed)
    return lambda x, sizes: x.reshape(tuple(sizes))


@function_of.register(JoinDims)
def _join_dims(op: JoinDims, node: Apply, used: Any) -> Function:
    start, stop = op.start_axis, op.start_axis + op.n_axes

    def run(x: Any) -> Any:
        middle = prod(x.shape[start:stop])
        return x.reshape(*x.shape[:start], middle, *x.shape[stop:])

    return run


@function_of.register(SplitDims)
def _split_dims(op: SplitDims, node: Apply, used: Any) -> Function:
    axis = op.axis
    return lambda x, sizes: x.reshape(*x.shape[:axis], *map(int, sizes), *x.shape[axis + 1 :])


@function_of.register(Shape_i)
def _axis_length(op: Shape_i, node: Apply, used: Any) -> Function:
    axis = op.i
    return lambda x: np.int64(x.shape[axis])


@function_of.register(Shape)
def _shape(op: Shape, node: Apply, used: Any) -> Function:
    return lambda x: np.array(np.shape(x), np.int64)


@function_of.register(SpecifyShape)
def _specify_shape(op: SpecifyShape, node: Apply, used: Any) -> Function:
    expected = node.outputs[0].type.shape

    def run(x: Any, *_: Any) -> Any:
        if any(e is not None and e != n for e, n in zip(expected, x.shape, strict=True)):
            raise ValueError(f"Got a tensor of shape {x.shape}, expected {expected}.")
        return x

    return run


@function_of.register(basic.Alloc)
def _alloc(op: basic.Alloc, node: Apply, used: Any) -> Function:
    dtype = np.dtype(node.outputs[0].type.dtype)
    if node.inputs[0].type.ndim == 0:
        return lambda value, *sizes: np.full(sizes, value, dtype)

    def run(value: Any, *sizes: Any) -> Any:
        result = np.empty(sizes, dtype)
        result[...] = value
        return result

    return run


@function_of.register(basic.AllocEmpty)
def _alloc_empty(op: basic.AllocEmpty, node: Apply, used: Any) -> Function:
    dtype = np.dtype(op.dtype)
    return lambda *sizes: np.empty(sizes, dtype)


@function_of.register(basic.MakeVector)
def _make_vector(op: basic.MakeVector, node: Apply, used: Any) -> Function:
    dtype = np.dtype(op.dtype)
    return lambda *values: np.array(values, dtype)


@function_of.register(basic.Join)
def _join(op: basic.Join, node: Apply, used: Any) -> Function:
    if "axis" not in op.__props__:  # PyTensor 3.0 has the axis as an input
        return lambda axis, *values: np.concatenate(values, int(axis))
    axis = op.axis
    return lambda *values: np.concatenate(values, axis)


@function_of.register(basic.TensorFromScalar)
@function_of.register(basic.ScalarFromTensor)
@function_of.register(ViewOp)
def _same(op: Any, node: Apply, used: Any) -> Function:
    return lambda x: x[()]


@function_of.register(DeepCopyOp)
def _copy(op: DeepCopyOp, node: Apply, used: Any) -> Function:
    return np.array


@function_of.register(subtensor.Subtensor)
def _slice(op: subtensor.Subtensor, node: Apply, used: Any) -> Function:
    fixed = _fixed_key(op, node.inputs[1:])
    if fixed is not None:
        return lambda x, *_: x[fixed]
    idx_list = op.idx_list
    return lambda x, *parts: x[subtensor.unflatten_index_variables(parts, idx_list)]


@function_of.register(subtensor.IncSubtensor)
def _write_slice(op: subtensor.IncSubtensor, node: Apply, used: Any) -> Function:
    idx_list, replace = op.idx_list, op.set_instead_of_inc
    fixed = _fixed_key(op, node.inputs[2:])

    def run(x: Any, y: Any, *parts: Any) -> Any:
        key = subtensor.unflatten_index_variables(parts, idx_list) if fixed is None else fixed
        result = np.array(x)
        if replace:
            result[key] = y
        else:
            result[key] += y
        return result

    return run


def _fixed_key(op: Any, variables: Any) -> tuple[Any, ...] | None:
    """The index of a slicing Op when it is known before the run."""
    if not all(isinstance(value, Constant) for value in variables):
        return None
    return tuple(subtensor.unflatten_index_variables([int(v.data) for v in variables], op.idx_list))


@function_of.register(subtensor.AdvancedIncSubtensor)
@function_of.register(getattr(subtensor, "AdvancedIncSubtensor1", subtensor.AdvancedIncSubtensor))
def _scatter(op: Any, node: Apply, used: Any) -> Function:
    general = by_perform(node)
    if not _adds_rows(op, node):
        return general

    def run(x: Any, y: Any, rows: Any) -> Any:
        if rows.size < MATRIX_ROWS or y.shape != (*rows.shape, x.shape[1]):
            return general(x, y, rows)
        return add_rows(x, y.reshape(-1, x.shape[1]), rows.reshape(-1))

    return run


def _adds_rows(op: Any, node: Apply) -> bool:
    """Whether the node adds rows to a matrix at places given by one tensor of ints."""
    x, y, *indices = node.inputs
    return (
        not op.set_instead_of_inc
        and tuple(getattr(op, "idx_list", (0,))) == (0,)  # PyTensor 3.0 has an Op for one index
        and len(indices) == 1
        and indices[0].type.dtype != "bool"
        and x.type.ndim == 2
        and y.type.ndim == indices[0].type.ndim + 1
    )


def add_rows(x: Any, y: Any, rows: Any) -> Any:
    """`x` with the rows of `y` added at `rows`, which may repeat: the gradient of an embedding."""
    if rows.min() < -len(x) or rows.max() >= len(x):
        raise IndexError(f"Got row {rows.min()} to {rows.max()}, expected rows of {len(x)}.")
    rows = np.where(rows < 0, rows + len(x), rows)
    order = np.argsort(rows, kind="stable")
    ordered = rows[order]
    starts = np.flatnonzero(np.concatenate([[True], ordered[1:] != ordered[:-1]]))
    result = np.array(x)
    result[ordered[starts]] += np.add.reduceat(y[order], starts, axis=0)
    return result
