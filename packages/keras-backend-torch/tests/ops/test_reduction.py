from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from keras_backend_torch.framework import torch
from keras_backend_torch.ops import OPS

X = np.arange(24, dtype="float32").reshape(2, 3, 4)


@pytest.mark.parametrize("axis", [None, 1, (0, 2), ()])
@pytest.mark.parametrize("name", ["sum", "prod", "max", "mean", "any"])
def test_over_one_several_all_and_no_axes(name: str, axis: Any) -> None:
    x = X > 5 if name == "any" else X
    np.testing.assert_allclose(OPS[name](torch.tensor(x), axis=axis), getattr(np, name)(x, axis=axis), rtol=1e-5)


def test_booleans_are_counted_as_int32() -> None:
    x = torch.tensor([[True, False], [True, True]])
    for name, expected in (("sum", 3), ("prod", 0), ("count_nonzero", 3)):
        found = OPS[name](x)
        assert found.dtype is torch.int32 and int(found) == expected
    assert OPS["cumsum"](x, 1).tolist() == [[1, 1], [1, 2]]


def test_extremes_of_nothing_need_an_initial_value() -> None:
    empty = torch.zeros(2, 0)
    with pytest.raises(ValueError, match="initial="):
        OPS["max"](empty, 1)
    assert OPS["max"](empty, 1, initial=3.0).tolist() == [3, 3]
    assert OPS["min"](torch.ones(2, 1), 1, True, -1.0).tolist() == [[-1], [-1]]


def test_positions_are_int32_of_booleans_too() -> None:
    found = OPS["argmax"](torch.tensor([[False, True], [True, False]]), 1)
    assert found.dtype is torch.int32 and found.tolist() == [1, 0]
    assert OPS["argmin"](torch.tensor(X), None, True).shape == (1, 1, 1)


def test_extremes_of_channels_and_their_gradient():
    x = torch.rand(2, 5, 6, 3, generator=torch.Generator().manual_seed(1))
    for kept in (True, False):
        assert torch.equal(OPS["max"](x, (1, 2), kept), torch.amax(x, (1, 2), kept))
        assert torch.equal(OPS["min"](x, (-2, 0), kept), torch.amin(x, (0, 2), kept))
    equal = torch.zeros(1, 2, 2, 1)
    equal[0, 0] = equal[0, 1, 0] = 1
    equal.requires_grad_()
    OPS["max"](equal, (1, 2)).sum().backward()
    assert equal.grad.flatten().tolist() == [pytest.approx(1 / 3)] * 3 + [0]
