"""Draws are functions of the key alone, within their limits, with the moments asked for."""

import numpy as np
import pytest
from keras_backend_numpy.ops import random

KEY, OTHER = np.array([1, 2], "uint32"), np.array([1, 3], "uint32")


@pytest.mark.parametrize("name", ["random_uniform", "random_normal", "random_integer"])
def test_numbers_follow_the_key(name: str) -> None:
    def draw(key: np.ndarray) -> np.ndarray:
        return getattr(random, name)((50,), 0, 9, "int32" if name == "random_integer" else "float32", key)

    np.testing.assert_array_equal(draw(KEY), draw(KEY))
    assert not np.array_equal(draw(KEY), draw(OTHER))


@pytest.mark.parametrize("dtype", ["float16", "bfloat16", "float32", "float64"])
def test_uniform_stays_below_its_upper_limit(dtype: str) -> None:
    x = random.random_uniform((20000,), 2.0, 3.0, dtype, KEY)
    assert x.dtype.name == dtype and x.min() >= 2 and x.max() < 3
    assert abs(x.astype("float64").mean() - 2.5) < 0.01


def test_normal() -> None:
    x = random.random_normal((20000,), 5.0, 2.0, "float32", KEY)
    assert x.dtype == "float32" and abs(x.mean() - 5) < 0.05 and abs(x.std() - 2) < 0.05


def test_integers_reach_all_but_the_upper_limit() -> None:
    x = random.random_integer((500,), -2, 3, None, KEY)
    assert x.dtype == "int32" and set(x.tolist()) == {-2, -1, 0, 1, 2}
