import numpy as np
import pytest
from keras_backend_torch.framework import torch
from keras_core import Variable, ops, stage


def test_functions_and_operators_of_pytorch_take_variables() -> None:
    v = Variable(np.eye(2, dtype="float32"))
    x = torch.tensor([[1.0, 2.0]])
    assert torch.matmul(x, v).tolist() == [[1, 2]]
    assert (x @ v).tolist() == [[1, 2]]
    assert torch.cat([v, v]).shape == (4, 2)
    assert torch.nn.functional.linear(x, weight=v).tolist() == [[1, 2]]


def test_arrays_stand_on_either_side_of_an_operator_and_the_gradient_passes() -> None:
    array = np.array([2.0, 3.0])
    for product in (lambda t: t * array, lambda t: array * t, lambda t: np.multiply(array, t)):
        x = torch.ones(2, requires_grad=True)
        result = product(x)
        assert result.dtype is torch.float32
        result.sum().backward()
        assert x.grad.tolist() == [2, 3]


def test_arrays_in_a_recorded_program() -> None:
    found = stage(lambda x: np.array([2.0, 3.0], "float32") * x + np.float32(1), [])(np.ones(2, "float32"))
    assert found.tolist() == [3, 4]


def test_numpy_functions_of_plain_tensors() -> None:
    assert isinstance(np.sqrt(torch.tensor([4.0])), torch.Tensor)
    array = np.ones(2, "float32")
    array += torch.ones(2)
    assert isinstance(array, np.ndarray) and array.tolist() == [2, 2]


def test_a_function_that_would_lose_the_gradient_is_refused() -> None:
    with pytest.raises(TypeError, match="autograd tracks"):
        np.add.reduce(torch.ones(2, requires_grad=True))


def test_asarray_needs_no_detach() -> None:
    assert np.asarray(ops.multiply(torch.ones(2, requires_grad=True), 2.0)).tolist() == [2, 2]


def test_operators_that_assign_bind_in_calls_and_write_elsewhere():
    from keras_core import Layer

    class Half(Layer):
        def call(self, x):
            y = x
            y /= 2
            y -= 1
            return x, y

    given = torch.tensor([4.0])
    x, y = Half()(given)
    assert (float(x), float(y), float(given)) == (4.0, 1.0, 4.0)
    alias = given
    alias += 1
    alias **= 2
    assert float(given) == 25.0
