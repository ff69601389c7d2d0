import numpy as np
from keras_backend_torch.framework import torch
from keras_backend_torch.ops import OPS
from keras_core import stage


def test_filled_by_numbers_arrays_and_tensors() -> None:
    assert OPS["full"]((2, 2), 3, "int32").tolist() == [[3, 3], [3, 3]]
    assert OPS["full"]((2, 2), np.array([1, 2]), "float32").tolist() == [[1, 2], [1, 2]]
    assert OPS["full"]((2,), torch.tensor(True), "float32").tolist() == [1, 1]
    assert OPS["full"](torch.tensor([2, 1]), 0, None).shape == (2, 1)


def test_zeros_and_ones_of_another_dtype() -> None:
    x = torch.ones(2, dtype=torch.float64)
    assert OPS["zeros_like"](x).dtype is torch.float64
    assert OPS["ones_like"](x, "uint32").dtype is torch.uint32


def test_sequences_of_numbers_are_constants_of_a_program_and_those_of_tensors_run_op_by_op() -> None:
    program = stage(lambda x: x + OPS["sequence"](0, 6, 2, "float32"), [])
    assert program(np.float32(1)).tolist() == [1, 3, 5]
    program = stage(lambda n: OPS["sequence"](0, n, 1, "int32"), [])
    assert [program(np.int32(n)).tolist() for n in (2, 3)] == [[0, 1], [0, 1, 2]]
