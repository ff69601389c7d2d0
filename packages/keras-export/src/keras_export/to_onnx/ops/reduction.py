"""Reductions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from keras_core import dtypes

from keras_export.to_onnx.broadcasting import elementwise
from keras_export.to_onnx.reducing import reduced
from keras_export.to_onnx.values import Value, constant

if TYPE_CHECKING:
    from collections.abc import Callable

    from keras_export.to_onnx.builder import Builder


def sum(g: Builder, x: Value, axis: Any = None, keepdims: Any = False) -> Value:
    return reduced(g, "ReduceSum", g.cast(x, "int32") if x.dtype == "bool" else x, axis, keepdims)


def mean(g: Builder, x: Value, axis: Any = None, keepdims: Any = False) -> Value:
    return reduced(g, "ReduceMean", x, axis, keepdims)


def prod(g: Builder, x: Value, axis: Any = None, keepdims: Any = False, dtype: Any = None) -> Value:
    x = x if dtype is None else g.cast(x, dtypes.standardize(dtype))
    return reduced(g, "ReduceProd", g.cast(x, "int32") if x.dtype == "bool" else x, axis, keepdims)


def _extreme(op: str, other: str) -> Callable[..., Value]:
    def rule(g: Builder, x: Value, axis: Any = None, keepdims: Any = False, initial: Any = None) -> Value:
        if x.dtype == "bool":
            return g.cast(rule(g, g.cast(x, "int32"), axis, keepdims, initial), "bool")
        found = reduced(g, op, x, axis, keepdims)
        if initial is None:
            return found
        return elementwise(g, other, found, initial if isinstance(initial, Value) else g.number(initial, x))

    return rule


max, min = _extreme("ReduceMax", "Max"), _extreme("ReduceMin", "Min")


def any(g: Builder, x: Value, axis: Any = None, keepdims: Any = False) -> Value:
    return g.cast(reduced(g, "ReduceMax", g.cast(x, "int32"), axis, keepdims), "bool")


def all(g: Builder, x: Value, axis: Any = None, keepdims: Any = False) -> Value:
    return g.cast(reduced(g, "ReduceMin", g.cast(x, "int32"), axis, keepdims), "bool")


def _place(op: str) -> Callable[..., Value]:
    def rule(g: Builder, x: Value, axis: Any = None, keepdims: Any = False) -> Value:
        x = g.cast(x, "int32") if x.dtype == "bool" else x
        flat, place = (g.reshape(x, [-1]), 0) if axis is None else (x, int(axis) % x.ndim)
        shape = tuple(1 if a == place else n for a, n in enumerate(flat.shape) if keepdims or a != place)
        found = g.node(op, flat, shape=shape, dtype="int64", axis=place, keepdims=int(bool(keepdims)))
        if axis is None and keepdims:
            found = g.reshape(found, [1] * x.ndim)
        return g.cast(found, "int32")

    return rule


argmax, argmin = _place("ArgMax"), _place("ArgMin")


def cumsum(g: Builder, x: Value, axis: Any = None, dtype: Any = None) -> Value:
    name = x.dtype if dtype is None else dtypes.standardize(dtype)
    x = g.cast(x, "int32" if name in ("bool", "int8", "int16", "uint8", "uint16") else name)
    flat, place = (g.reshape(x, [-1]), 0) if axis is None else (x, int(axis) % x.ndim)
    return g.cast(
        g.node("CumSum", flat, constant(np.int64(place)), shape=flat.shape), name if name != "bool" else "int32"
    )
