"""Activations against formulas in NumPy."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from keras_core import KerasTensor, ops

X = np.array([[-4, -1.2, -0.3, 0], [0.4, 0.9, 2.5, 7]], "float32")


ERF = np.vectorize(math.erf)


def sigmoid(x: Any) -> Any:
    return 1 / (1 + np.exp(-x))


def softplus(x: Any) -> Any:
    return np.log1p(np.exp(x))


def elu(x: Any, alpha: float = 1.0) -> Any:
    return np.where(x > 0, x, alpha * np.expm1(x))


FORMULAS = {
    "relu": lambda x: np.maximum(x, 0),
    "relu6": lambda x: np.clip(x, 0, 6),
    "sigmoid": sigmoid,
    "softplus": softplus,
    "softsign": lambda x: x / (1 + abs(x)),
    "log_sigmoid": lambda x: np.log(sigmoid(x)),
    "silu": lambda x: x * sigmoid(x),
    "swish": lambda x: x * sigmoid(x),
    "mish": lambda x: x * np.tanh(softplus(x)),
    "hard_sigmoid": lambda x: np.clip(x / 6 + 0.5, 0, 1),
    "hard_silu": lambda x: x * np.clip(x / 6 + 0.5, 0, 1),
    "hard_tanh": lambda x: np.clip(x, -1, 1),
    "tanh_shrink": lambda x: x - np.tanh(x),
    "leaky_relu": lambda x: np.where(x > 0, x, 0.2 * x),
    "elu": elu,
    "celu": elu,
    "selu": lambda x: 1.0507009873554805 * elu(x, 1.6732632423543772),
    "soft_shrink": lambda x: np.sign(x) * np.maximum(abs(x) - 0.5, 0),
    "hard_shrink": lambda x: np.where(abs(x) > 0.5, x, 0),
    "squareplus": lambda x: (x + np.sqrt(x**2 + 4)) / 2,
    "sparse_plus": lambda x: np.where(x <= -1, 0, np.where(x < 1, (x + 1) ** 2 / 4, x)),
    "sparse_sigmoid": lambda x: np.clip((x + 1) / 2, 0, 1),
    "gelu": lambda x: 0.5 * x * (1 + np.tanh(math.sqrt(2 / math.pi) * (x + 0.044715 * x**3))),
}


@pytest.mark.parametrize("name", sorted(FORMULAS))
def test_activation(name: str, check: Any) -> None:
    check(name, X, expect=FORMULAS[name](X.astype("float64")).astype("float32"))


def test_activation_options(check: Any) -> None:
    check("gelu", X, approximate=False, expect=(X * (1 + ERF(X / math.sqrt(2))) / 2).astype("float32"))
    check("elu", X, 0.5, expect=elu(X, 0.5).astype("float32"))
    check("celu", X, 2.0, expect=np.where(X > 0, X, 2 * np.expm1(X / 2)).astype("float32"))
    check("threshold", X, 0.5, -1.0, expect=np.where(X > 0.5, X, -1).astype("float32"))
    check("glu", X, expect=X[:, :2] * sigmoid(X[:, 2:]))
    check("relu", np.array([-2, 3], "int32"), expect=np.array([0, 3], "int32"))


def test_large_arguments(check: Any) -> None:
    x = np.array([-200, 200], "float32")
    check("sigmoid", x, expect=np.array([0, 1], "float32"))
    check("softplus", x, expect=np.array([0, 200], "float32"))
    check("log_sigmoid", x, expect=np.array([-200, 0], "float32"))
    check("elu", x, expect=np.array([-1, 200], "float32"))
    check("log_softmax", x * 10, expect=np.array([-4000, 0], "float32"))


@pytest.mark.parametrize("axis", [-1, 0, (0, 1)])
def test_softmax(axis: Any, check: Any) -> None:
    powers = np.exp(X)
    expected = powers / powers.sum(axis, keepdims=True)
    check("softmax", X, axis, expect=expected)
    check("log_softmax", X, axis, expect=np.log(expected), tolerance=1e-4)


def test_sparsemax(check: Any) -> None:
    x = np.array([[0.1, 0.2, 0.5], [3, 1, 0.5]], "float32")
    check("sparsemax", x, expect=np.array([[1 / 6, 4 / 15, 17 / 30], [1, 0, 0]], "float32"))
    check("sparsemax", x.T.copy(), 0, expect=np.array([[1 / 6, 4 / 15, 17 / 30], [1, 0, 0]], "float32").T)


def test_unknown_batch() -> None:
    x = KerasTensor((None, 5))
    assert ops.softmax(x).shape == (None, 5)
