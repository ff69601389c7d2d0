import subprocess
import sys

import ml_dtypes
import numpy as np
import pytest
from keras_backend_torch.backend import BACKEND
from keras_backend_torch.framework import torch
from keras_core import Variable, gradients, ops, stage


def test_tensors_are_copies_of_arrays() -> None:
    array = np.ones(3, "float32")
    tensor = BACKEND.tensor(array)
    array[:] = 5
    assert tensor.tolist() == [1, 1, 1]
    assert BACKEND.tensor(np.arange(4)[::-1]).tolist() == [3, 2, 1, 0]


def test_arrays_of_other_layouts_and_dtypes() -> None:
    values = np.arange(24, dtype="float64").reshape(2, 3, 4)
    for array in (values[:, ::-1], values[:, :, 1:3], values.T, values[:, 0, 0], values[1, 2, 3, None][0]):
        found = BACKEND.tensor(array, "float32")
        assert found.is_contiguous() and found.dtype is torch.float32
        np.testing.assert_array_equal(found.numpy(), array)


def test_numbers_without_a_dtype() -> None:
    assert [BACKEND.dtype(BACKEND.tensor(value)) for value in (1, 1.5, True)] == ["int32", "float32", "bool"]
    assert BACKEND.dtype(BACKEND.tensor(np.float64(1))) == "float64"


def test_bfloat16_goes_there_and_back() -> None:
    array = np.array([1.5, -2], ml_dtypes.bfloat16)
    tensor = BACKEND.tensor(array)
    assert tensor.dtype is torch.bfloat16
    back = BACKEND.numpy(tensor)
    assert back.dtype == ml_dtypes.bfloat16 and back.tolist() == [1.5, -2]


def test_numpy_of_a_tensor_shares_no_memory() -> None:
    tensor = torch.ones(2, requires_grad=True)
    BACKEND.numpy(tensor)[:] = 7
    assert tensor.tolist() == [1, 1]


def test_an_array_is_borrowed_where_that_is_possible() -> None:
    array = np.ones((2, 3), "float32")
    tensor = BACKEND.borrow(array)
    array[0] = 5
    assert tensor.tolist() == [[5, 5, 5], [1, 1, 1]]
    assert BACKEND.borrow(array.T).tolist() == [[5, 1]] * 3
    assert BACKEND.borrow(array[::-1]).tolist() == [[1, 1, 1], [5, 5, 5]]
    array.flags.writeable = False
    tensor = BACKEND.borrow(array)
    tensor[0] = 7
    assert array.tolist() == [[5, 5, 5], [1, 1, 1]]


def test_a_dtype_that_pytorch_lacks_is_named() -> None:
    with pytest.raises(ValueError, match="PyTorch has no dtype 'string'"):
        ops.cast(torch.ones(2), "string")


def test_a_write_of_another_shape_keeps_all_old_values() -> None:
    cells = [BACKEND.create(np.zeros(2, "float32"), name, True) for name in "ab"]
    with pytest.raises(ValueError, match="Variable 'b'"):
        BACKEND.write([(cells[0], torch.ones(2)), (cells[1], torch.ones(3))])
    assert [cell.value.tolist() for cell in cells] == [[0, 0], [0, 0]]


def test_gradients_of_gradients() -> None:
    v = Variable(3.0)
    _, (second,) = gradients(lambda: gradients(lambda: v * v * v, [v])[1][0], [v])
    assert float(second) == 18


def test_loading_it_leaves_the_settings_of_pytorch_alone() -> None:
    code = (
        "import torch; before = torch.get_num_threads(), torch.get_default_dtype(), torch.is_grad_enabled();"
        "import keras_backend_torch.backend;"
        "print(before == (torch.get_num_threads(), torch.get_default_dtype(), torch.is_grad_enabled()))"
    )
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert result.stdout.strip() == "True"


def test_a_variable_has_its_numbers_while_a_function_is_recorded() -> None:
    variable, seen = Variable([1.0, 2.0]), []
    variable.assign([3.0, 4.0])

    def step(x: torch.Tensor) -> torch.Tensor:
        seen.append(variable.numpy().tolist())
        return variable * x

    program = stage(step, [variable])
    assert np.asarray(program(np.ones(2, "float32"))).tolist() == [3.0, 4.0]
    assert seen and all(one == [3.0, 4.0] for one in seen)


def test_kernels_can_be_made_deterministic() -> None:
    code = (
        "import os, torch, keras_backend_torch.backend as found;"
        "found.BACKEND.make_deterministic();"
        "print(torch.are_deterministic_algorithms_enabled(), os.environ['CUBLAS_WORKSPACE_CONFIG'])"
    )
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert result.stdout.split() == ["True", ":4096:8"]


def test_groups_that_are_joined_are_differentiated() -> None:
    groups = [[torch.full((2,), float(k), requires_grad=True)] for k in range(3)]
    results = BACKEND.map_alike(lambda x: [x * x], groups)
    sum(one.sum() for (one,) in results).backward()
    assert [one.grad.tolist() for (one,) in groups] == [[0, 0], [2, 2], [4, 4]]
