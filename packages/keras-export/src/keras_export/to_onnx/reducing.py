"""Reductions in whatever layout their operand has."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from keras_export.to_onnx.broadcasting import known_axes
from keras_export.to_onnx.values import Value, to_first

if TYPE_CHECKING:
    from keras_export.to_onnx.builder import Builder


def reduced(g: Builder, op: str, x: Value, axis: Any, keepdims: Any = False) -> Value:
    """The output of an operator that reduces.

    Args:
        g: the builder.
        op: the operator's name.
        x: its operand.
        axis: an int, a sequence of them, or None for all.
        keepdims: whether the axes stay with length 1. Defaults to False.
    """
    axes = known_axes(axis, x.ndim)
    if not axes:
        return x
    inside = x.in_first
    if inside is not None and 0 not in axes and (keepdims or axes == list(range(1, x.ndim - 1))):
        moved = to_first(x.ndim)
        found = _operator(g, op, inside, sorted(moved.index(a) for a in axes), bool(keepdims))
        return g.channels_last(found) if keepdims else found
    return _operator(g, op, x, axes, bool(keepdims))


def _operator(g: Builder, op: str, x: Value, axes: list[int], keepdims: bool) -> Value:
    shape = tuple(1 if a in axes else n for a, n in enumerate(x.shape) if keepdims or a not in axes)
    if op == "ReduceMean" and x.ndim > 3 and axes == list(range(2, x.ndim)):
        found = g.node("GlobalAveragePool", x, shape=(*x.shape[:2], *(1 for _ in axes)))
        return found if keepdims else g.squeeze(found, axes)
    return g.node(op, x, g.axes(axes), shape=shape, keepdims=int(keepdims))
