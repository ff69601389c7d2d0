import pytest
from keras_backend_torch.framework import torch
from keras_backend_torch.ops import OPS
from keras_core import ops


def test_every_family_is_collected() -> None:
    assert {"add", "sum", "reshape", "take", "full", "matmul", "relu", "conv", "random_uniform", "scan", "lstm"} <= set(
        OPS
    )


def test_nothing_but_ops_is_collected() -> None:
    assert all(callable(op) and not name.startswith("_") for name, op in OPS.items())
    assert {"axes_of", "torch", "partial", "constant", "wrapped", "kind_of"} & set(OPS) == set()


def test_unsigned_integers_are_computed_as_wider_ones() -> None:
    x = torch.tensor([1, 2**32 - 1], dtype=torch.uint32)
    total = OPS["add"](x, torch.tensor([1, 1], dtype=torch.uint32))
    assert total.dtype is torch.uint32 and total.tolist() == [2, 0]
    assert OPS["less"](x, torch.tensor([2, 2], dtype=torch.uint32)).tolist() == [True, False]


@pytest.mark.parametrize("axis", [0, 1])
def test_an_index_out_of_range_is_an_error(axis: int) -> None:
    with pytest.raises(IndexError, match=r"take\(\) got index 7, expected indices from -\d to \d for axis"):
        ops.take(torch.zeros(2, 3), torch.tensor([7]), axis)
