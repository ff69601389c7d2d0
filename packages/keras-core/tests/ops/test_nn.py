"""Activations, normalization and cross-entropies, against formulas in NumPy."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from keras_core import KerasTensor, backend, ops

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


def test_classes(check: Any) -> None:
    x = np.array([[0, 2], [-1, 1]], "int32")
    rows = np.array([[[1, 0, 0], [0, 0, 1]], [[0, 0, 0], [0, 1, 0]]])
    check("one_hot", x, 3, expect=rows.astype("float32"))
    check("one_hot", x, 3, 0, "int32", expect=np.moveaxis(rows, -1, 0).astype("int32"))
    check("multi_hot", x, 3, expect=np.array([[1, 0, 1], [0, 1, 0]], "float32"))
    with pytest.raises(ValueError, match="only dense"):
        ops.one_hot(x, 3, sparse=True)


@pytest.mark.parametrize("order", [1, 2, 3, np.inf])
def test_normalize(order: Any, check: Any) -> None:
    expected = X / np.linalg.norm(X, order, 0, True)
    check("normalize", X, 0, order, expect=expected)
    check("normalize", np.zeros((2, 2), "float32"), order=order, expect=np.zeros((2, 2), "float32"))


@pytest.mark.parametrize("keepdims", [False, True])
def test_moments(keepdims: bool, check: Any) -> None:
    x = np.stack([X, 2 * X])
    expect = x.mean((0, 2), keepdims=keepdims), x.var((0, 2), keepdims=keepdims)
    check("moments", x, (0, 2), keepdims, expect=expect)
    big = np.full((4000, 1), 300, "float16")
    mean, variance = ops.moments(big, 0)
    assert (float(backend.to_numpy(mean)[0]), float(backend.to_numpy(variance)[0])) == (300, 0)


@pytest.mark.parametrize("axis", [-1, 1])
def test_batch_normalization(axis: int, check: Any, rng: np.random.Generator) -> None:
    x = rng.standard_normal((2, 3, 4, 3)).astype("float32")
    mean, offset, scale = (rng.standard_normal(3).astype("float32") for _ in range(3))
    variance = np.array([0.5, 1, 2], "float32")
    shape = [1, 1, 1, 1]
    shape[axis] = 3
    m, v, o, s = (a.reshape(shape) for a in (mean, variance, offset, scale))
    plain = (x - m) / np.sqrt(v + 1e-3)
    check("batch_normalization", x, mean, variance, axis, expect=plain)
    check("batch_normalization", x, mean, variance, axis, offset, scale, expect=plain * s + o)


def test_layer_normalization(check: Any, rng: np.random.Generator) -> None:
    x = rng.standard_normal((2, 3, 4)).astype("float32")
    gamma, beta = (rng.standard_normal((3, 4)).astype("float32") for _ in range(2))
    plain = (x - x.mean((1, 2), keepdims=True)) / np.sqrt(x.var((1, 2), keepdims=True) + 1e-3)
    check("layer_normalization", x, gamma, beta, (1, 2), 1e-3, expect=plain * gamma + beta)
    middle = (x - x.mean(1, keepdims=True)) / np.sqrt(x.var(1, keepdims=True) + 1e-3)
    check("layer_normalization", x, gamma[:, 0], None, 1, 1e-3, expect=middle * gamma[:, :1])
    root = x / np.sqrt((x**2).mean(-1, keepdims=True) + 1e-3)
    check("rms_normalization", x, gamma[0], -1, 1e-3, expect=root * gamma[0])


def test_binary_crossentropy(check: Any) -> None:
    target, logits = np.array([0, 1, 0.3], "float32"), np.array([-2, 3, 0.5], "float32")
    p = sigmoid(logits)
    expected = -(target * np.log(p) + (1 - target) * np.log(1 - p))
    check("binary_crossentropy", target, logits, True, expect=expected)
    check("binary_crossentropy", target, p, expect=expected)
    certain = np.array([0, 1, 1], "float32")
    check("binary_crossentropy", certain, certain, expect=np.full(3, 1e-7, "float32"), tolerance=1e-6)
    huge = np.array([500, -500, 0], "float32")
    check("binary_crossentropy", certain, huge, True, expect=np.array([500, 500, math.log(2)], "float32"))


def test_categorical_crossentropy(check: Any) -> None:
    target = np.array([[0, 1, 0], [0.2, 0.3, 0.5]], "float32")
    logits = np.array([[1, 2, 3], [0, -1, 4]], "float32")
    p = np.exp(logits) / np.exp(logits).sum(-1, keepdims=True)
    expected = -(target * np.log(p)).sum(-1)
    check("categorical_crossentropy", target, logits, True, expect=expected)
    check("categorical_crossentropy", target, 3 * p, expect=expected)
    check("categorical_crossentropy", target.T.copy(), p.T.copy(), axis=0, expect=expected)
    labels = np.array([1, 2], "int32")
    picked = -np.log(p)[[0, 1], labels]
    check("sparse_categorical_crossentropy", labels, logits, True, expect=picked)
    check("sparse_categorical_crossentropy", labels[:, None], p, expect=picked)


def test_a_class_of_probability_zero_has_a_finite_loss(check: Any) -> None:
    p = np.array([[1, 0]], "float32")
    check(
        "categorical_crossentropy", p[:, ::-1].copy(), p, expect=np.array([-math.log(1e-7)], "float32"), tolerance=1e-4
    )


def test_attention(check: Any, rng: np.random.Generator) -> None:
    q, k, v = (rng.standard_normal((2, 3, 4, 5)).astype("float32") for _ in range(3))
    logits = np.einsum("bthd,bshd->bhts", q, k) / math.sqrt(5)

    def mixed(scores: Any) -> Any:
        powers = np.exp(scores - scores.max(-1, keepdims=True))
        return np.einsum("bhts,bshd->bthd", powers / powers.sum(-1, keepdims=True), v).astype("float32")

    check("dot_product_attention", q, k, v, expect=mixed(logits))
    causal = np.where(np.tri(3, dtype=bool), logits, -np.inf)
    check("dot_product_attention", q, k, v, is_causal=True, expect=mixed(causal))
    mask = rng.random((2, 1, 3, 3)) < 0.5
    mask[..., 0] = True
    check("dot_product_attention", q, k, v, mask=mask, expect=mixed(np.where(mask, logits, -np.inf)))
    bias = rng.standard_normal((1, 4, 3, 3)).astype("float32")
    check("dot_product_attention", q, k, v, bias=bias, expect=mixed(logits + bias))
    shared = ops.dot_product_attention(q, k[:, :, :2], v[:, :, :2])
    whole = ops.dot_product_attention(q, *(np.repeat(a[:, :, :2], 2, 2) for a in (k, v)))
    np.testing.assert_allclose(backend.to_numpy(shared), backend.to_numpy(whole), 1e-5, 1e-5)


def test_unknown_batch() -> None:
    x = KerasTensor((None, 5))
    assert ops.softmax(x).shape == (None, 5)
    assert ops.categorical_crossentropy(x, x).shape == (None,)
    assert ops.sparse_categorical_crossentropy(KerasTensor((None,), "int32"), x).shape == (None,)
    assert ops.one_hot(KerasTensor((None, 2), "int32"), 7).shape == (None, 2, 7)
    assert ops.batch_normalization(x, *(KerasTensor((5,)) for _ in range(2)), -1).shape == (None, 5)
