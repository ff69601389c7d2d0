"""Operators that scale by means and variances."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from keras_core import is_keras_tensor, ops

if TYPE_CHECKING:
    from collections.abc import Callable

    from keras_export.from_onnx.node import Node

    Rule = Callable[[Node], Any]


def _batch(n: Node) -> Any:
    n.refuse(training_mode=0, spatial=1)
    x = n.x()
    epsilon = n.get("epsilon", 1e-5)
    weights = n.weights(1, 2, 3, 4)
    if weights is None or not is_keras_tensor(x):
        scale, offset, mean, variance = (n.x(k) for k in range(1, 5))
        return n.follow(n.call(ops.batch_normalization, x, mean, variance, 1, offset, scale, epsilon))
    config = {"axis": 1, "epsilon": epsilon, "momentum": n.get("momentum", 0.9)}
    return n.follow(n.layer("BatchNormalization", config, weights, 1, 2, 3, 4)(x))


def _normalized(n: Node, x: Any, axes: tuple[int, ...], epsilon: float, centered: bool = True) -> Any:
    if centered:
        x = n.call(ops.subtract, x, n.call(ops.mean, x, axis=axes, keepdims=True))
    square = n.call(ops.mean, n.call(ops.square, x), axis=axes, keepdims=True)
    return n.call(ops.multiply, x, n.call(ops.rsqrt, n.call(ops.add, square, epsilon)))


def _layer(n: Node) -> Any:
    x, axis, epsilon = n.x(), n.get("axis", -1), n.get("epsilon", 1e-5)
    axis %= len(x.shape)
    last = axis == len(x.shape) - 1
    weights = n.weights(*range(1, len(n))) if is_keras_tensor(x) and last and len(n) == 3 and n.has(2) else None
    if weights is not None and all(one.shape == (x.shape[-1],) for one in weights):
        return n.follow(n.layer("LayerNormalization", {"axis": -1, "epsilon": epsilon}, weights, 1, 2)(x))
    found = _normalized(n, x, tuple(range(axis, len(x.shape))), epsilon)
    found = n.call(ops.multiply, found, n.x(1))
    return n.follow(n.call(ops.add, found, n.x(2)) if n.has(2) else found)


def _root_mean_square(n: Node) -> Any:
    x, axis, epsilon = n.x(), n.get("axis", -1), n.get("epsilon", 1e-5)
    axes = tuple(range(axis % len(x.shape), len(x.shape)))
    return n.follow(n.call(ops.multiply, _normalized(n, x, axes, epsilon, centered=False), n.x(1)))


def _channels(n: Node, x: Any, found: Any) -> Any:
    """Scaled and shifted, channel by channel."""
    shape = (-1, *[1] * (len(x.shape) - 2))
    found = n.call(ops.multiply, found, n.call(ops.reshape, n.x(1), shape))
    return n.follow(n.call(ops.add, found, n.call(ops.reshape, n.x(2), shape)))


def _instance(n: Node) -> Any:
    x = n.x()
    return _channels(n, x, _normalized(n, x, tuple(range(2, len(x.shape))), n.get("epsilon", 1e-5)))


def _group(n: Node) -> Any:
    x, groups = n.x(), n.get("num_groups")
    weights = n.weights(1, 2) if is_keras_tensor(x) else None
    if weights is None or any(one.shape != (x.shape[1],) for one in weights):
        raise ValueError("it needs a scale and a bias of constants, one for each channel")
    config = {"groups": groups, "axis": 1, "epsilon": n.get("epsilon", 1e-5)}
    return n.follow(n.layer("GroupNormalization", config, weights, 1, 2)(x))


RULES: dict[str, Rule] = {
    "BatchNormalization": _batch,
    "LayerNormalization": _layer,
    "RMSNormalization": _root_mean_square,
    "InstanceNormalization": _instance,
    "GroupNormalization": _group,
}
