"""What differs between PyTorch's functions and the ops; the conformance kit compares the others with NumPy's."""

from __future__ import annotations

import numpy as np
import pytest
from keras_backend_torch.framework import torch
from keras_backend_torch.ops import OPS


@pytest.mark.parametrize("name", ["abs", "sign"])
def test_booleans_stay_booleans(name: str) -> None:
    assert OPS[name](torch.tensor([True, False])).tolist() == [True, False]


@pytest.mark.parametrize("name", ["floor", "ceil", "trunc", "round"])
def test_integers_are_not_rounded(name: str) -> None:
    x = torch.tensor([3, -3])
    assert OPS[name](x) is x


def test_rounding_to_decimals_of_either_sign() -> None:
    assert OPS["round"](torch.tensor([1.25, -0.36]), 1).tolist() == pytest.approx([1.2, -0.4])
    assert OPS["round"](torch.tensor([1251, -149]), -2).tolist() == [1300, -100]
    assert OPS["round"](torch.tensor([7]), 2).tolist() == [7]


def test_casts_within_a_dtype_copy_nothing() -> None:
    x = torch.ones(2)
    assert OPS["cast"](x, "float32") is x
    assert OPS["cast"](x, "uint32").dtype is torch.uint32


def test_an_upper_limit_below_the_lower_one_prevails_as_in_numpy() -> None:
    x, low, high = torch.tensor([0.0, 5.0]), torch.tensor(3.0), torch.tensor(1.0)
    np.testing.assert_array_equal(OPS["clip"](x, low, high), np.clip([0.0, 5.0], 3.0, 1.0))


def test_stop_gradient_detaches() -> None:
    assert not OPS["stop_gradient"](torch.ones(2, requires_grad=True)).requires_grad


def test_choosing_whole_blocks_is_exact():
    values = torch.rand(4, 96, 64, generator=torch.Generator().manual_seed(1))
    others = torch.full_like(values, float("nan"))
    chosen = torch.tensor([True, False, False, True]).reshape(4, 1, 1)
    found = OPS["where"](chosen, values, others)
    assert torch.equal(found[chosen.reshape(-1)], values[chosen.reshape(-1)]) and found[1:3].isnan().all()
    assert found.dtype is values.dtype
    leaf = values.clone().requires_grad_()
    OPS["where"](chosen, leaf, torch.zeros_like(leaf)).sum().backward()
    assert torch.equal(leaf.grad, chosen.expand(values.shape).float())


@pytest.mark.parametrize("channels", [1, 3, 9])
def test_choosing_pixels_is_exact(channels):
    generator = torch.Generator().manual_seed(1)
    values = torch.rand(2, 128, 128, channels, generator=generator)
    chosen = torch.rand(2, 128, 128, 1, generator=generator) < 0.5
    for other in (torch.zeros_like(values), torch.tensor(0.0)):
        found = OPS["where"](chosen, values, other)
        np.testing.assert_array_equal(found.numpy(), np.where(chosen.numpy(), values.numpy(), 0))
    leaf = values.clone().requires_grad_()
    OPS["where"](chosen, leaf, torch.zeros_like(leaf)).sum().backward()
    assert torch.equal(leaf.grad, chosen.expand(values.shape).float())
