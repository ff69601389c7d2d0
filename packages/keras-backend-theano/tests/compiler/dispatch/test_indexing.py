"""Nodes that read and write parts of arrays."""

import numpy as np
import pytensor.tensor as pt
import pytest
from keras_backend_theano.compiler.dispatch.indexing import add_rows

M = np.random.default_rng(1).normal(size=(100, 5)).astype("float32")
GRAPHS = {
    "slices": (lambda x: x[1:, ::-1][:, None, 2:4], M),
    "slices by value": (lambda x: x[x.shape[1] : 2 * x.shape[1]], M),
    "set slice": (lambda x: pt.set_subtensor(x[1:3, ::2], 7), M),
    "add to slice": (lambda x: pt.inc_subtensor(x[-1], x[0]), M),
    "many rows": (lambda x: pt.inc_subtensor(x[np.arange(200) % 7], np.ones((200, 5), "float32")), M),
    "set rows": (lambda x: pt.set_subtensor(x[np.arange(80) % 90], np.float32(3)), M),
}  # fmt: skip


def test_same_as_pytensor(graph, check):
    check(graph)


def test_add_rows():
    rng = np.random.default_rng(0)
    x, rows = np.zeros((6, 3)), rng.integers(-6, 6, 50)
    y = rng.normal(size=(50, 3))
    expected = x.copy()
    np.add.at(expected, rows, y)
    np.testing.assert_allclose(add_rows(x, y, rows), expected)
    assert not x.any()
    with pytest.raises(IndexError, match="expected rows of 6"):
        add_rows(x, y, rows + 1)
