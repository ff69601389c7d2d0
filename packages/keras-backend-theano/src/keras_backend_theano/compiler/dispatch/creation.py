"""Nodes that make arrays of values, and that join arrays."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from pytensor.tensor import basic

from keras_backend_theano.compiler.dispatch.basic import Function, numpy_funcify
from keras_backend_theano.framework import joins_along_input

if TYPE_CHECKING:
    from pytensor.graph.basic import Apply


@numpy_funcify.register(basic.ARange)
def _arange(op: basic.ARange, node: Apply, used: Any) -> Function:
    arange: Any = np.arange
    return lambda start, stop, step: arange(start, stop, step, dtype=op.dtype)


@numpy_funcify.register(basic.Alloc)
def _alloc(op: basic.Alloc, node: Apply, used: Any) -> Function:
    dtype = np.dtype(node.outputs[0].type.dtype)
    if node.inputs[0].type.ndim == 0:
        return lambda value, *sizes: np.full(sizes, value, dtype)

    def run(value: Any, *sizes: Any) -> Any:
        result = np.empty(sizes, dtype)
        result[...] = value
        return result

    return run


@numpy_funcify.register(basic.AllocEmpty)
def _alloc_empty(op: basic.AllocEmpty, node: Apply, used: Any) -> Function:
    dtype = np.dtype(op.dtype)
    return lambda *sizes: np.empty(sizes, dtype)


@numpy_funcify.register(basic.MakeVector)
def _make_vector(op: basic.MakeVector, node: Apply, used: Any) -> Function:
    dtype = np.dtype(op.dtype)
    return lambda *values: np.array(values, dtype)


@numpy_funcify.register(basic.Join)
def _join(op: basic.Join, node: Apply, used: Any) -> Function:
    if joins_along_input(op):
        return lambda axis, *values: np.concatenate(values, int(axis))
    axis = op.axis
    return lambda *values: np.concatenate(values, axis)
