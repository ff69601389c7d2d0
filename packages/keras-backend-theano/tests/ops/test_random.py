"""Draws inside a graph are those on arrays."""

import numpy as np
from keras_core import Spec, ops
from keras_core.backend import load, use_backend

F = np.random.default_rng(0).normal(size=(2, 3, 4)).astype("float32")
M = F[0]
KEY = np.array([3, 5], "uint32")
CASES = [
    *((f"random_{n}", (2, 5), 0.0, 2.0, "float32", KEY) for n in ("uniform", "normal", "truncated_normal")),
    ("random_integer", (2, 5), -3, 9, None, KEY),
    ("random_categorical", M, 6, None, KEY),
]  # fmt: skip


def test_same_as_on_arrays(case, check):
    check(case)


def test_draws_follow_the_key_and_sizes_known_at_run_time():
    key = np.array([7, 1], "uint32")
    with use_backend("numpy"):
        expected = ops.random_normal((3, 2), 0.0, 1.0, "float32", key)

    def draw(k, x):
        return ops.random_normal((ops.shape(x)[0], 2), 0.0, 1.0, "float32", k)

    program = load("theano").stage(lambda k, x: [draw(k, x)], [], [Spec((2,), "uint32"), Spec((None,))])
    np.testing.assert_array_equal(program(key, np.zeros(3, "float32"))[0], expected)
    other = program(np.array([7, 2], "uint32"), np.zeros(3, "float32"))[0]
    assert not np.array_equal(other, expected)
