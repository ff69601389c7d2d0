import numpy as np
import pytest
from keras_core import Input, Layer, Operand, ops


class Doubled(Operand):
    """Stands for two times a matrix, and knows of products alone."""

    def __init__(self, matrix):
        self.matrix = np.asarray(matrix, "float32")
        self.shape, self.dtype = self.matrix.shape, "float32"
        self.asked = []

    @property
    def value(self):
        return ops.convert_to_tensor(2 * self.matrix)

    def computed(self, op, arguments):
        self.asked.append(op)
        if op == "matmul" and arguments[1] is self:
            return ops.multiply(ops.matmul(arguments[0], self.matrix), 2.0)
        return None


def array(tensor):
    return np.asarray(ops.convert_to_numpy(tensor))


@pytest.fixture
def operand():
    return Doubled([[1.0, 2.0], [3.0, 4.0]])


def test_an_op_asks_its_operand(operand):
    assert array(ops.matmul(np.ones((1, 2), "float32"), operand)).tolist() == [[8, 12]]
    assert operand.asked == ["matmul"]


def test_an_op_that_the_operand_does_not_know_gets_the_value(operand):
    assert array(ops.add(operand, 1.0)).tolist() == [[3, 5], [7, 9]]
    assert array(ops.concatenate([operand, operand], axis=1)).shape == (2, 4)
    assert array(ops.einsum("ab,bc->ac", np.ones((1, 2), "float32"), operand)).tolist() == [[8, 12]]
    assert array(1.0 - operand).tolist() == [[-1, -3], [-5, -7]]


def test_shape_and_dtype_are_the_operand_s(operand):
    assert tuple(ops.shape(operand)) == (2, 2)
    assert ops.dtype(operand) == "float32"


def test_symbolic_tensors(operand):
    found = ops.matmul(Input((2,)), operand)
    assert tuple(found.shape) == (None, 2)

    class Product(Layer):
        def call(self, inputs):
            return ops.matmul(inputs, operand)

    assert tuple(Product()(Input((3, 2))).shape) == (None, 3, 2)


def test_an_operand_without_a_value():
    class Nothing(Operand):
        shape, dtype = (1,), "float32"

    assert Nothing().computed("add", []) is None
    with pytest.raises(NotImplementedError):
        ops.add(Nothing(), 1)


def test_a_tensor_or_an_array_is_its_value(operand):
    assert array(operand).tolist() == [[2, 4], [6, 8]]
    assert ops.dtype(ops.convert_to_tensor(operand, "int32")) == "int32"


def test_files_of_a_sum_need_the_operand_s_help(operand):
    with pytest.raises(NotImplementedError, match=r"Doubled\.arrays_with\(\) is missing"):
        operand.arrays_with(np.zeros((2, 2), "float32"))
