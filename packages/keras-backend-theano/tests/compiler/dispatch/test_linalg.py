"""Products of matrices, vectors and batches."""

import numpy as np
import pytensor.tensor as pt
import pytest
from keras_backend_theano.compiler.compile import compile_graph
from keras_backend_theano.compiler.dispatch.linalg import threaded_products

X = np.random.default_rng(0).normal(size=(3, 4, 5)).astype("float32")
M = np.random.default_rng(1).normal(size=(100, 5)).astype("float32")
GRAPHS = {
    "batched product": (lambda x: pt.matmul(x, x.transpose(0, 2, 1)), X),
    "vector product": (lambda x: pt.dot(x[0], x[1]), M),
    "einsum": (lambda x: pt.einsum("bij,bkj->ik", x, x), X),
}  # fmt: skip


def test_same_as_pytensor(graph, check):
    check(graph)


def test_large_products():
    a, b = (np.random.default_rng(k).normal(size=s).astype("float32") for k, s in enumerate([(300, 400), (400, 200)]))
    x, y = (pt.tensor(dtype="float32", shape=(None, None)) for _ in range(2))
    product, turned = compile_graph([x, y], [pt.dot(x, y), pt.dot(y.T, x.T)])(a, b)
    exact = a.astype("float64") @ b.astype("float64")
    np.testing.assert_allclose(product, exact, rtol=1e-4, atol=1e-4)
    np.testing.assert_allclose(turned, exact.T, rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize(("rows", "expected"), [(8, False), (None, True)])
def test_large_products_are_found_before_the_run(rows, expected):
    """Unknown sizes count as a batch of usual size."""
    x, y = pt.tensor(dtype="float32", shape=(rows, 128)), pt.tensor(dtype="float32", shape=(128, 128))
    assert threaded_products([pt.dot(x, y).owner]) is expected
