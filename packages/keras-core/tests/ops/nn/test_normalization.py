from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from keras_core import KerasTensor, backend, ops

X = np.array([[-4, -1.2, -0.3, 0], [0.4, 0.9, 2.5, 7]], "float32")


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


def test_unknown_batch() -> None:
    x = KerasTensor((None, 5))
    assert ops.batch_normalization(x, *(KerasTensor((5,)) for _ in range(2)), -1).shape == (None, 5)
