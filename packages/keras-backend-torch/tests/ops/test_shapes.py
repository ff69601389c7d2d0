import numpy as np
from keras_backend_torch.framework import torch
from keras_backend_torch.modes import fake_tensors, is_fake
from keras_backend_torch.ops import shapes


def test_shapes_of_ints_and_tensors() -> None:
    assert shapes.as_shape(3) == [3]
    assert shapes.as_shape((2, torch.tensor(3))) == [2, 3]
    assert shapes.as_shape(torch.tensor([4, 5])) == [4, 5]


def test_sizes_and_constants_are_real_while_a_function_is_recorded() -> None:
    size = torch.tensor(3)
    with fake_tensors():
        assert shapes.as_int(size) == 3 and shapes.as_shape([size]) == [3]
        assert not is_fake(shapes.constant(np.ones(2, "float32")))
    assert shapes.constant(1, torch.uint32).dtype is torch.uint32


def test_negative_indices_count_from_the_end() -> None:
    assert shapes.non_negative(torch.tensor([-1, 2]), 5).tolist() == [4, 2]
    assert shapes.row_indices(torch.tensor([-1], dtype=torch.int8), 300).tolist() == [299]
    assert shapes.row_indices(torch.tensor([3], dtype=torch.uint8), 5).dtype is torch.int64
