import numpy as np
import pytest
from keras_backend_jax.ops import random

KEY = np.array([1, 2], "uint32")


def test_one_key_draws_the_same_numbers_and_another_others() -> None:
    first, again = (random.random_uniform((8,), 0, 1, "float32", KEY) for _ in range(2))
    np.testing.assert_array_equal(first, again)
    assert (first != random.random_uniform((8,), 0, 1, "float32", KEY[::-1])).all()


@pytest.mark.parametrize("dtype", ["float32", "float16", "bfloat16"])
def test_the_upper_bound_is_excluded_in_every_width(dtype: str) -> None:
    found = random.random_uniform((5000,), 2, 3, dtype, KEY)
    assert str(found.dtype) == dtype
    wide = np.asarray(found, "float64")
    assert wide.min() >= 2 and wide.max() < 3 and abs(wide.mean() - 2.5) < 0.02


@pytest.mark.parametrize("dtype", ["float32", "float64", "float16"])
def test_normal_numbers(dtype: str) -> None:
    found = random.random_normal((5000,), 1, 2, dtype, KEY)
    assert str(found.dtype) == dtype
    wide = np.asarray(found, "float64")
    assert abs(wide.mean() - 1) < 0.1 and abs(wide.std() - 2) < 0.1


def test_integers() -> None:
    found = random.random_integer((2000,), -2, 3, None, KEY)
    assert str(found.dtype) == "int32" and set(np.asarray(found).tolist()) == {-2, -1, 0, 1, 2}
