"""Tensors made from shapes and numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from keras_core import dtypes
from onnx import numpy_helper

from keras_export.to_onnx.sizes import given_sizes
from keras_export.to_onnx.values import Value, constant

if TYPE_CHECKING:
    from keras_export.to_onnx.builder import Builder


def full(g: Builder, shape: Any, fill_value: Value, dtype: Any = None) -> Value:
    value = g.cast(fill_value, dtypes.standardize(dtype))
    sizes = given_sizes(shape)
    known = tuple(one if isinstance(one, int) else None for one in sizes)
    if value.array is None or value.ndim:
        return g.expand(value, sizes, known)
    filled = numpy_helper.from_array(value.array.reshape(1))
    return g.node("ConstantOfShape", g.vector(sizes), shape=known, dtype=value.dtype, value=filled)


def sequence(g: Builder, start: Any, stop: Any, step: Any, dtype: str) -> Value:
    limits = [g.cast(one if isinstance(one, Value) else constant(one), dtype) for one in (start, stop, step)]
    return g.node("Range", *limits, shape=(None,))
