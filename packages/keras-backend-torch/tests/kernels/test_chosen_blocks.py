import pytest
from keras_backend_torch.framework import torch
from keras_backend_torch.kernels.chosen_blocks import are_blocks, chosen_blocks


def test_blocks_are_those_of_where():
    x1, x2 = (torch.rand(4, 8, 200, generator=torch.Generator().manual_seed(seed)) for seed in (1, 2))
    condition = torch.tensor([True, False, False, True]).reshape(4, 1, 1)
    wanted = torch.where(condition, x1, x2)
    assert torch.equal(chosen_blocks(condition, x1, x2), wanted)
    written = x2.clone()  # into the memory of what is chosen from
    assert chosen_blocks(condition, x1, written, out=written) is written and torch.equal(written, wanted)


@pytest.mark.parametrize(
    ("shape", "fit"),
    [((4, 1, 1), True), ((1, 1, 1), True), ((4, 8, 1), False), ((1, 8, 1), False), ((8, 1), False)],
)
def test_blocks_lie_side_by_side(shape, fit):
    assert are_blocks(torch.zeros(shape, dtype=torch.bool), torch.zeros(4, 8, 200)) is fit
