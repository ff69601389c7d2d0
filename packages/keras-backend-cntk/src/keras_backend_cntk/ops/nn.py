"""Activations with a form of their own."""

from __future__ import annotations

from keras_backend_cntk.expressions import Expr, call, number
from keras_backend_cntk.ops.elementwise import add, log1p, multiply


def relu(x: Expr) -> Expr:
    return call("relu", x)


def sigmoid(x: Expr) -> Expr:
    return call("sigmoid", x)


def softplus(x: Expr) -> Expr:
    """Its gradient at 0 is that of the sigmoid, which max(x, 0) and |x| apart do not have."""
    half = number(0.5, x)
    size = call("abs", x)
    small = log1p(call("exp", call("negate", size)))
    return add(multiply(half, add(x, size)), small)
