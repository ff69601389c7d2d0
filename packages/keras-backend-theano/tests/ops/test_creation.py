"""Tensors made inside a graph."""

import numpy as np
from keras_core import Spec, ops
from keras_core.backend import load

F = np.random.default_rng(0).normal(size=(2, 3, 4)).astype("float32")
M = F[0]
CASES = [
    ("full", (2, 3), F[0, 0, 0]),
    ("arange", 5),
    ("eye", 3),
    ("tril", M),
    ("linspace", F[0, 0, 0], 2.0, 5),
]  # fmt: skip


def test_same_as_on_arrays(case, check):
    check(case)


def test_sizes_known_at_run_time():
    program = load("theano").stage(lambda k: [ops.full((k, 2), 1.5), ops.arange(k)], [], [Spec((), "int32")])
    full, row = program(np.array(3, "int32"))
    assert full.shape == (3, 2) and full.dtype == "float32" and (full == 1.5).all()
    assert row.tolist() == [0, 1, 2]
