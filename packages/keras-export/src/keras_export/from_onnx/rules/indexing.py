"""Operators that pick and place elements."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from keras_core import dtypes, ops

from keras_export.from_onnx.rules.shaping import reshaped
from keras_export.from_onnx.sizes import Size, as_sizes, is_sizes

if TYPE_CHECKING:
    from collections.abc import Callable

    from keras_export.from_onnx.node import Node

    Rule = Callable[[Node], Any]


def _gather(n: Node) -> Any:
    axis = n.get("axis", 0)
    data, places = n.value(0), n.value(1)
    if is_sizes(data):
        found = np.take(data, n.array(1), axis)
        return as_sizes(found) if isinstance(found, (np.ndarray, Size)) else np.asarray(found, "int64")
    axis %= len(data.shape)
    own = n.lengths()
    weights = n.weights(0) if isinstance(data, np.ndarray) and data.ndim == 2 and axis == 0 else None
    if weights is not None and n.scope.trained(n.names[0]) and not isinstance(places, np.ndarray):
        rows, width = weights[0].shape
        call = n.layer("Embedding", {"input_dim": rows, "output_dim": width}, weights, 0)
        return n.scope.note(call(n.x(1)), [*n.lengths(1), width])
    if isinstance(places, np.ndarray) and not is_sizes(places) and not isinstance(data, np.ndarray):
        return n.scope.note(_picked(n, n.x(), places, axis, own[axis]), [*own[:axis], *places.shape, *own[axis + 1 :]])
    indices = n.x(1)
    if not isinstance(own[axis], Size) and not isinstance(indices, np.ndarray):  # negative ones count from the end
        indices = n.call(ops.where, n.call(ops.less, indices, 0), n.call(ops.add, indices, own[axis]), indices)
    return n.scope.note(n.call(ops.take, n.x(), indices, axis), [*own[:axis], *n.lengths(1), *own[axis + 1 :]])


def _picked(n: Node, x: Any, places: np.ndarray, axis: int, length: Any) -> Any:
    if places.ndim == 0:
        key: list[Any] = [slice(None)] * len(x.shape)
        key[axis] = int(places)
        return x[tuple(key)]
    if (places < 0).any():
        if isinstance(length, Size):
            raise ValueError("it counts from the end of an axis of unknown length")
        places = np.where(places < 0, places + length, places)
    return n.call(ops.take, x, places, axis)


def _gather_elements(n: Node) -> Any:
    found = n.call(ops.take_along_axis, n.x(0), n.x(1), n.get("axis", 0))
    return n.follow(found, 1)


def _gather_nd(n: Node) -> Any:
    n.refuse(batch_dims=0)
    own, places = n.lengths(), n.lengths(1)
    depth = places[-1]
    if isinstance(depth, Size) or any(isinstance(one, Size) for one in own[:depth]):
        raise ValueError("it picks along axes of unknown length")
    indices = n.x(1)
    flat: Any = None
    for k in range(depth):
        one = n.call(ops.getitem, indices, (Ellipsis, k))
        one = n.call(ops.where, n.call(ops.less, one, 0), n.call(ops.add, one, own[k]), one)
        flat = one if flat is None else n.call(ops.add, n.call(ops.multiply, flat, own[k]), one)
    rows = reshaped(n, n.x(), own, [int(np.prod(own[:depth])), *own[depth:]], True)
    return n.scope.note(n.call(ops.take, rows, flat, 0), [*places[:-1], *own[depth:]])


def _scatter_nd(n: Node) -> Any:
    n.refuse(reduction="none")
    return n.follow(n.call(ops.scatter_update, n.x(0), n.x(1), n.x(2)))


def _one_hot(n: Node) -> Any:
    depth = int(n.array(1).reshape(()))
    off, on = n.array(2)
    x, axis = n.x(), n.get("axis", -1)
    x = n.call(ops.where, n.call(ops.less, x, 0), n.call(ops.add, x, depth), x)
    dtype = str(dtypes.standardize(n.array(2).dtype))
    found = n.call(ops.one_hot, x, depth, axis=axis, dtype=dtype)
    if (off, on) != (0, 1):
        found = n.call(ops.add, n.call(ops.multiply, found, (on - off).item()), off.item())
    own = n.lengths()
    place = axis % (len(own) + 1)
    return n.scope.note(found, [*own[:place], depth, *own[place:]])


RULES: dict[str, Rule] = {
    "Gather": _gather,
    "GatherElements": _gather_elements,
    "GatherND": _gather_nd,
    "ScatterND": _scatter_nd,
    "OneHot": _one_hot,
}
