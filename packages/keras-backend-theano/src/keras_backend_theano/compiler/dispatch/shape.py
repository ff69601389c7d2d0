"""Nodes that ask for shapes and change them."""

from __future__ import annotations

from math import prod
from typing import Any

import numpy as np
from pytensor.graph.basic import Apply, Constant
from pytensor.tensor import elemwise
from pytensor.tensor.reshape import JoinDims, SplitDims
from pytensor.tensor.shape import Reshape, Shape, Shape_i, SpecifyShape

from keras_backend_theano.compiler.dispatch.basic import Function, numpy_funcify


@numpy_funcify.register(elemwise.DimShuffle)
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


@numpy_funcify.register(Reshape)
def _reshape(op: Reshape, node: Apply, used: Any) -> Function:
    target = node.inputs[1]
    if isinstance(target, Constant):
        fixed = tuple(int(n) for n in target.data)
        return lambda x, _: x.reshape(fixed)
    return lambda x, sizes: x.reshape(tuple(sizes))


@numpy_funcify.register(JoinDims)
def _join_dims(op: JoinDims, node: Apply, used: Any) -> Function:
    start, stop = op.start_axis, op.start_axis + op.n_axes

    def run(x: Any) -> Any:
        middle = prod(x.shape[start:stop])
        return x.reshape(*x.shape[:start], middle, *x.shape[stop:])

    return run


@numpy_funcify.register(SplitDims)
def _split_dims(op: SplitDims, node: Apply, used: Any) -> Function:
    axis = op.axis
    return lambda x, sizes: x.reshape(*x.shape[:axis], *map(int, sizes), *x.shape[axis + 1 :])


@numpy_funcify.register(Shape_i)
def _axis_length(op: Shape_i, node: Apply, used: Any) -> Function:
    axis = op.i
    return lambda x: np.int64(x.shape[axis])


@numpy_funcify.register(Shape)
def _shape(op: Shape, node: Apply, used: Any) -> Function:
    return lambda x: np.array(np.shape(x), np.int64)


@numpy_funcify.register(SpecifyShape)
def _specify_shape(op: SpecifyShape, node: Apply, used: Any) -> Function:
    expected = node.outputs[0].type.shape

    def run(x: Any, *_: Any) -> Any:
        if any(e is not None and e != n for e, n in zip(expected, x.shape, strict=True)):
            raise ValueError(f"Got a tensor of shape {x.shape}, expected {expected}.")
        return x

    return run
