"""Operators that compute one number of many."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from keras_core import ops

from keras_export.from_onnx.sizes import as_sizes, is_sizes

if TYPE_CHECKING:
    from collections.abc import Callable

    from keras_export.from_onnx.node import Node

    Rule = Callable[[Node], Any]


def _reduced(n: Node, found: Any, axes: Any, keepdims: bool) -> Any:
    lengths = n.lengths()
    places = range(len(lengths)) if axes is None else [axis % len(lengths) for axis in axes]
    left = [(1 if k in places else one) for k, one in enumerate(lengths) if keepdims or k not in places]
    return n.scope.note(found, left)


def _axes(n: Node) -> tuple[Any, bool]:
    return n.known_ints(1, "axes"), bool(n.get("keepdims", 1))


def reduction(op: Any, before: Any = None, after: Any = None) -> Rule:
    def rule(n: Node) -> Any:
        axes, keepdims = _axes(n)
        if is_sizes(n.value(0)) and n.op == "ReduceProd":
            return as_sizes(n.value(0).prod(keepdims=keepdims))
        if not axes and n.get("noop_with_empty_axes", 0):
            return n.value(0)
        x = n.x()
        given = tuple(axes) if axes else tuple(range(len(x.shape)))
        x = x if before is None else n.call(before, x)
        found = n.call(op, x, axis=given, keepdims=keepdims)
        found = found if after is None else n.call(after, found)
        return _reduced(n, found, given, keepdims)

    return rule


def _extreme(op: Any) -> Rule:
    def rule(n: Node) -> Any:
        n.refuse(select_last_index=0)
        axis, keepdims = n.get("axis", 0), bool(n.get("keepdims", 1))
        found = n.call(ops.cast, n.call(op, n.x(), axis=axis, keepdims=keepdims), "int64")
        return _reduced(n, found, [axis], keepdims)

    return rule


def _cumsum(n: Node) -> Any:
    x, axis = n.x(), int(n.array(1))
    backwards = n.get("reverse", 0)
    whole = n.call(ops.flip, x, axis) if backwards else x
    found = n.call(ops.cumsum, whole, axis)
    if n.get("exclusive", 0):
        found = n.call(ops.subtract, found, whole)
    return n.follow(n.call(ops.flip, found, axis) if backwards else found)


def _top_k(n: Node) -> Any:
    x, axis = n.x(), n.get("axis", -1)
    count = n.known_ints(1, "k")
    assert count is not None
    last = axis in (-1, len(x.shape) - 1)
    x = x if last else n.call(ops.swapaxes, x, axis, -1)
    largest = n.get("largest", 1)
    values, places = n.call(ops.top_k, x if largest else n.call(ops.negative, x), count[0])
    values = values if largest else n.call(ops.negative, values)
    found = [values, n.call(ops.cast, places, "int64")]
    return found if last else [n.call(ops.swapaxes, one, axis, -1) for one in found]


def _soft(op: Any) -> Rule:
    def rule(n: Node) -> Any:
        x = n.x()
        rank = len(x.shape)
        axis = n.get("axis", 1 if n.opset < 13 else -1)
        over = axis if n.opset >= 13 else tuple(range(axis % rank, rank))
        if isinstance(over, tuple) and len(over) > 1 and op is ops.log_softmax:
            return n.follow(n.call(ops.subtract, x, n.call(ops.logsumexp, x, axis=over, keepdims=True)))
        return n.follow(n.call(op, x, over[0] if isinstance(over, tuple) and len(over) == 1 else over))

    return rule


RULES: dict[str, Rule] = {
    "ReduceSum": reduction(ops.sum),
    "ReduceMean": reduction(ops.mean),
    "ReduceMax": reduction(ops.max),
    "ReduceMin": reduction(ops.min),
    "ReduceProd": reduction(ops.prod),
    "ReduceL1": reduction(ops.sum, ops.abs),
    "ReduceL2": reduction(ops.sum, ops.square, ops.sqrt),
    "ReduceSumSquare": reduction(ops.sum, ops.square),
    "ReduceLogSum": reduction(ops.sum, None, ops.log),
    "ReduceLogSumExp": reduction(ops.logsumexp),
    "ArgMax": _extreme(ops.argmax),
    "ArgMin": _extreme(ops.argmin),
    "CumSum": _cumsum,
    "TopK": _top_k,
    "Softmax": _soft(ops.softmax),
    "LogSoftmax": _soft(ops.log_softmax),
}
