"""Python operators of symbolic tensors."""

import numpy as np
import pytest
from keras_core import KerasTensor

X = KerasTensor((2, 3))
SQUARE = KerasTensor((3, 3))


@pytest.mark.parametrize(
    "function, op",
    [
        (lambda: X + 1, "add"),
        (lambda: 1 + X, "add"),
        (lambda: X - X, "subtract"),
        (lambda: 2 * X, "multiply"),
        (lambda: X / 2, "true_divide"),
        (lambda: X // 2, "floor_divide"),
        (lambda: X % 2, "mod"),
        (lambda: X**2, "power"),
        (lambda: X @ SQUARE, "matmul"),
        (lambda: X < 1, "less"),
        (lambda: X >= 1, "greater_equal"),
        (lambda: -X, "negative"),
        (lambda: abs(X), "absolute"),
        (lambda: X[0], "getitem"),
    ],
)
def test_an_operator_is_a_node_of_its_op(function, op):
    assert function().node.operation.__name__ == op


def test_arrays_on_the_left_leave_the_operation_to_the_tensor():
    assert (np.ones((2, 3), "float32") + X).shape == (2, 3)


def test_equality_is_identity():
    assert X == X and KerasTensor((2, 3)) != X


def test_iteration_needs_a_known_first_axis():
    assert [row.shape for row in X] == [(3,), (3,)]
    with pytest.raises(TypeError, match="size of its first axis is not known"):
        iter(KerasTensor((None, 3)))
