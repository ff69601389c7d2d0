import numpy as np
import pytensor.tensor as pt
import pytest
from keras_backend_theano.compiler.compile import compile_graph
from keras_backend_theano.custom_ops.maximum import SharedMax
from pytensor.gradient import grad


@pytest.mark.parametrize(
    ("axis", "expected"),
    [((1,), [[0, 0.5, 0.5], [2, 0, 0]]), (None, [[0, 1 / 3, 1 / 3], [1 / 3, 0, 0]])],
)
def test_equal_greatest_cells_share_the_gradient(axis, expected):
    x = pt.matrix(dtype="float32")
    greatest = SharedMax(axis)(x)
    weighted = pt.sum(greatest * np.array([1.0, 2.0], "float32")) if axis else greatest
    value = np.array([[0, 3, 3], [3, 2, 1]], x.type.dtype)
    found = compile_graph([x], [greatest, grad(weighted, x)])(value)
    np.testing.assert_array_equal(found[0], [3, 3] if axis else 3)
    np.testing.assert_allclose(found[1], expected)
