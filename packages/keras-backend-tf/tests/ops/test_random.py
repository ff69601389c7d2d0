from typing import Any

import numpy as np
import pytest
import tensorflow as tf
from keras_backend_tf import BACKEND
from keras_backend_tf.ops import random
from keras_core import Spec, ops

KEY = tf.constant([7, 2**32 - 1], tf.uint32)


@pytest.mark.parametrize("dtype", ["float16", "bfloat16", "float32", "float64"])
def test_uniform_stays_below_its_bound(dtype: str) -> None:
    drawn = random.random_uniform((200_000,), 0.5, 1.5, dtype, KEY)
    assert drawn.dtype.name == dtype
    values = drawn.numpy().astype("float64")
    assert values.min() >= 0.5 and values.max() < 1.5
    assert abs(values.mean() - 1) < 0.01


def test_the_key_decides() -> None:
    first = random.random_normal((1000,), 1.0, 2.0, "float32", KEY).numpy()
    again = random.random_normal((1000,), 1.0, 2.0, "float32", KEY).numpy()
    other = random.random_normal((1000,), 1.0, 2.0, "float32", KEY + tf.constant([0, 1], tf.uint32)).numpy()
    np.testing.assert_array_equal(first, again)
    assert abs(np.corrcoef(first, other)[0, 1]) < 0.1
    assert abs(first.mean() - 1) < 0.2 and abs(first.std() - 2) < 0.15


def test_draws_of_neighbouring_keys_do_not_overlap() -> None:
    first, second = (
        random.random_uniform((1000,), 0.0, 1.0, "float32", tf.constant([7, counter], tf.uint32)).numpy()
        for counter in (0, 1)
    )
    assert len(set(first) & set(second)) < 5


@pytest.mark.parametrize("dtype", ["int8", "uint8", "int32", "int64", None])
def test_integers(dtype: Any) -> None:
    drawn = random.random_integer((5000,), 3, 7, dtype, KEY)
    assert drawn.dtype.name == (dtype or "int32")
    assert sorted(set(drawn.numpy().tolist())) == [3, 4, 5, 6]


@pytest.mark.parametrize("jit", [False, True])
def test_the_same_numbers_in_programs(jit: bool) -> None:
    def draw(key: Any) -> list[Any]:
        return [
            random.random_uniform((101,), 0.0, 1.0, "float32", key),
            random.random_normal((101,), 0.0, 1.0, "float32", key),
            tf.cast(random.random_integer((101,), 0, 1000, None, key), tf.float32),
            ops.random_truncated_normal((101,), 0.0, 1.0, "float32", key),
        ]

    found = BACKEND.stage(draw, [], [Spec((2,), "uint32")], jit)(KEY)
    for staged, eager in zip(found, draw(KEY), strict=True):
        np.testing.assert_allclose(staged, eager, atol=1e-5)
