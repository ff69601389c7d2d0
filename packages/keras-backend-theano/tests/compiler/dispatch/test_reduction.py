"""Reductions over axes, and softmax."""

import numpy as np
import pytensor.tensor as pt

X = np.random.default_rng(0).normal(size=(3, 4, 5)).astype("float32")
M = np.random.default_rng(1).normal(size=(100, 5)).astype("float32")
V = np.arange(6, dtype="int32")
GRAPHS = {
    "sum of all": (lambda x: x.sum(), X),
    "sum of leading axes": (lambda x: x.sum(axis=(0, 1)), np.ones((20, 30, 5), "float32") * 0.1),
    "sum of many rows": (lambda x: x.sum(axis=0), np.ones((70, 3), "float32") * [1.0, 2.0, 3.0]),
    "sum of rows without columns": (lambda x: x.sum(axis=0), np.ones((70, 0), "float32")),
    "sum of turned": (lambda x: x.T.sum(axis=0), M),
    "half sum": (lambda x: x.astype("float16").sum(axis=0), M),
    "count": (lambda x: (x > 0).sum(axis=1), M),
    "product of int8": (lambda x: x.astype("int8").prod(), V[1:4]),
    "all": (lambda x: (x > -9).all(axis=1), M),
    "argmax flat": (lambda x: pt.argmax(x), M),
    "argmax two axes": (lambda x: pt.argmax(x, axis=(0, 1)), X),
    "softmax": (lambda x: pt.special.softmax(x, axis=-1), M),
    "log softmax": (lambda x: pt.special.log_softmax(x, axis=-1), M),
    "max": (lambda x: x.max(axis=(0, 2)), X),
    "argmax": (lambda x: pt.argmax(x, axis=1), X),
}  # fmt: skip


def test_same_as_pytensor(graph, check):
    check(graph)
