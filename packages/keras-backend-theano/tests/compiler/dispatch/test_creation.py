"""Nodes that make and join arrays."""

import numpy as np
import pytensor.tensor as pt

X = np.random.default_rng(0).normal(size=(3, 4, 5)).astype("float32")
M = np.random.default_rng(1).normal(size=(100, 5)).astype("float32")
V = np.arange(6, dtype="int32")
GRAPHS = {
    "fill": (lambda x: pt.fill(x, x[0]), M),
    "eye": (lambda x: pt.eye(x.shape[1]) + x[:5], M),
    "alloc": (lambda x: pt.alloc(x[0, 0], 3, x.shape[0]), M),
    "alloc rows": (lambda x: pt.alloc(x[0], 3, x.shape[1]), M),
    "join": (lambda x: pt.concatenate([x, x + 1], axis=1), M),
    "arange": (lambda x: pt.arange(x[1], x[5], 2), V),
    "join last": (lambda x: pt.concatenate([x, x * 2, x], axis=-1), X),
    "vector of scalars": (lambda x: pt.stack([x[0], x[3], x[1]]), V),
}  # fmt: skip


def test_same_as_pytensor(graph, check):
    check(graph)
