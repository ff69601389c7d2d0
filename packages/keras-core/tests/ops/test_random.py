"""Random ops: determined by their key, of the right distribution, shape and dtype."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from keras_core import KerasTensor, backend, ops

N = 20_000


def key(seed: int, counter: int = 0) -> Any:
    return np.array([seed, counter], "uint32")


def drawn(name: str, *arguments: Any, seed: int = 3) -> np.ndarray:
    return backend.to_numpy(getattr(ops, name)(*arguments, key(seed)))


def test_the_key_alone_decides() -> None:
    first = drawn("random_uniform", (50,), 0.0, 1.0, "float32")
    np.testing.assert_array_equal(first, drawn("random_uniform", (50,), 0.0, 1.0, "float32"))
    assert not np.array_equal(first, drawn("random_uniform", (50,), 0.0, 1.0, "float32", seed=4))
    other = backend.to_numpy(ops.random_uniform((50,), 0.0, 1.0, "float32", key(3, 1)))
    assert not np.array_equal(first, other)


def test_uniform() -> None:
    x = drawn("random_uniform", (N,), -2.0, 3.0, "float32")
    assert x.dtype == np.float32
    assert x.min() >= -2
    assert x.max() < 3
    assert x.mean() == pytest.approx(0.5, abs=0.05)
    assert x.var() == pytest.approx(25 / 12, rel=0.05)


def test_normal() -> None:
    x = drawn("random_normal", (N,), 1.0, 2.0, "float32")
    assert x.mean() == pytest.approx(1, abs=0.07)
    assert x.std() == pytest.approx(2, rel=0.03)
    assert np.mean(np.abs(x - 1) < 2) == pytest.approx(math.erf(math.sqrt(0.5)), abs=0.02)


def test_truncated_normal() -> None:
    x = drawn("random_truncated_normal", (N,), 1.0, 0.5, "float32")
    assert np.abs(x - 1).max() <= 1.0001
    assert x.mean() == pytest.approx(1, abs=0.02)
    assert x.std() == pytest.approx(0.5 * 0.8796, rel=0.03)


def test_integer() -> None:
    x = drawn("random_integer", (N,), -1, 3, None)
    assert x.dtype == np.int32
    np.testing.assert_allclose([np.mean(x == k) for k in (-1, 0, 1, 2)], 0.25, atol=0.02)


def test_bernoulli_and_categorical() -> None:
    assert drawn("random_bernoulli", (N,), 0.3, None).mean() == pytest.approx(0.3, abs=0.02)
    logits = np.log(np.array([[0.1, 0.6, 0.3], [0.5, 0.5, 1e-9]], "float32"))
    x = backend.to_numpy(ops.random_categorical(logits, N, None, key(5)))
    assert (x.shape, x.dtype) == ((2, N), np.int32)
    np.testing.assert_allclose(np.bincount(x[0], minlength=3) / N, [0.1, 0.6, 0.3], atol=0.02)
    assert x[1].max() == 1


def test_shuffle() -> None:
    x = np.arange(24, dtype="float32").reshape(8, 3)
    shuffled = backend.to_numpy(ops.random_shuffle(x, 0, key(1)))
    assert not np.array_equal(shuffled, x)
    np.testing.assert_array_equal(np.sort(shuffled, 0), x)


def test_symbolic_shapes() -> None:
    batch = ops.shape(KerasTensor((None, 2)))[0]
    k = KerasTensor((2,), "uint32")
    assert ops.random_normal((batch, 3), 0.0, 1.0, None, k).shape == (None, 3)
    with pytest.raises(ValueError, match=r"random_uniform\(\) got dtype='int32', expected a float dtype"):
        ops.random_uniform((2,), 0.0, 1.0, "int32", k)
    with pytest.raises(ValueError, match=r"got a key of shape \(3,\)"):
        ops.random_uniform((2,), 0.0, 1.0, None, KerasTensor((3,), "uint32"))
