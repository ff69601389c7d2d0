from __future__ import annotations

import math
from typing import Any

import numpy as np
from keras_core import KerasTensor, ops


def sigmoid(x: Any) -> Any:
    return 1 / (1 + np.exp(-x))


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


def test_unknown_batch() -> None:
    x = KerasTensor((None, 5))
    assert ops.categorical_crossentropy(x, x).shape == (None,)
    assert ops.sparse_categorical_crossentropy(KerasTensor((None,), "int32"), x).shape == (None,)
