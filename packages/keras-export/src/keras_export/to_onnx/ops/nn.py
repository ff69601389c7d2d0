"""Activations and normalizations that ONNX has whole."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from keras_core import config

from keras_export.to_onnx.broadcasting import elementwise, known_axes, unary
from keras_export.to_onnx.values import Unsupported, Value, constant

if TYPE_CHECKING:
    from collections.abc import Callable

    from keras_export.to_onnx.builder import Builder

relu, sigmoid, softplus, softsign, mish = map(unary, ("Relu", "Sigmoid", "Softplus", "Softsign", "Mish"))
hard_silu = hard_swish = unary("HardSwish")
selu = unary("Selu")


def leaky_relu(g: Builder, x: Value, negative_slope: float = 0.2) -> Value:
    return elementwise(g, "LeakyRelu", x, alpha=float(negative_slope))


def elu(g: Builder, x: Value, alpha: float = 1.0) -> Value:
    return elementwise(g, "Elu", x, alpha=float(alpha))


def hard_sigmoid(g: Builder, x: Value) -> Value:
    return elementwise(g, "HardSigmoid", x, alpha=1 / 6, beta=0.5)


def relu6(g: Builder, x: Value) -> Value:
    return elementwise(g, "Clip", x, g.number(0, x), g.number(6, x))


def gelu(g: Builder, x: Value, approximate: bool = True) -> Value:
    return elementwise(g, "Gelu", x, approximate="tanh" if approximate else "none")


def _along(op: str) -> Callable[..., Value]:
    def rule(g: Builder, x: Value, axis: Any = -1) -> Value:
        axes = known_axes(axis, x.ndim)
        if len(axes) != 1:
            raise Unsupported("several axes")  # composed of other ops
        return g.node(op, x, shape=x.shape, axis=axes[0])

    return rule


softmax, log_softmax = _along("Softmax"), _along("LogSoftmax")


def layer_normalization(
    g: Builder,
    x: Value,
    gamma: Value | None = None,
    beta: Value | None = None,
    axis: Any = -1,
    epsilon: float | None = None,
) -> Value:
    axes = known_axes(axis, x.ndim)
    sizes = x.shape[axes[0] :]
    last = axes == list(range(axes[0], x.ndim)) and None not in sizes
    if not last or x.dtype != "float32" or any(one is not None and one.shape != sizes for one in (gamma, beta)):
        raise Unsupported("axes that are not the last ones")  # composed of other ops
    gamma = constant(np.ones([n for n in sizes if n is not None], "float32")) if gamma is None else gamma
    small = float(config.epsilon() if epsilon is None else epsilon)
    return g.node("LayerNormalization", x, gamma, beta, shape=x.shape, axis=axes[0], epsilon=small)
