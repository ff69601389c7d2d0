"""Padding and layouts that PyTorch's kernels do not have."""

from __future__ import annotations

import numpy as np
import pytest
from keras_backend_torch.framework import torch
from keras_backend_torch.ops import OPS
from keras_core.backend.toolkit import transposed_length

RANDOM = np.random.default_rng(0)


def drawn(*shape: int) -> torch.Tensor:
    return torch.tensor(RANDOM.normal(size=shape).astype("float32"))


@pytest.mark.parametrize("name", ["conv", "max_pool", "average_pool"])
@pytest.mark.parametrize("padding", ["valid", "same"])
def test_both_layouts_give_the_same(name: str, padding: str) -> None:
    x, window = drawn(2, 6, 7, 3), drawn(2, 3, 3, 4) if name == "conv" else (2, 3)
    last = OPS[name](x, window, 2, padding, "channels_last")
    first = OPS[name](x.movedim(-1, 1), window, 2, padding, "channels_first")
    np.testing.assert_allclose(first.movedim(1, -1), last, rtol=1e-4, atol=1e-5)


def test_groups_follow_from_the_channels() -> None:
    x, kernel = drawn(2, 5, 4), drawn(3, 2, 6)
    halves = [OPS["conv"](x[..., k : k + 2], kernel[..., 3 * k // 2 : 3 * k // 2 + 3]) for k in (0, 2)]
    np.testing.assert_allclose(OPS["conv"](x, kernel), torch.cat(halves, -1), rtol=1e-4, atol=1e-5)
    with pytest.raises(ValueError, match="got 3 channels for a kernel of 2"):
        OPS["conv"](drawn(2, 5, 3), kernel)


@pytest.mark.parametrize("padding", ["valid", "same"])
@pytest.mark.parametrize(("stride", "extra", "dilation"), [(1, None, 1), (2, None, 1), (3, 1, 1), (1, 0, 2), (2, 1, 3)])
def test_transposed_convolution_is_the_gradient_of_convolution(
    padding: str, stride: int, extra: int | None, dilation: int
) -> None:
    x, kernel = drawn(2, 5, 3), drawn(4, 2, 3)
    found = OPS["conv_transpose"](x, kernel, stride, padding, extra, None, dilation)
    length = transposed_length(5, 4, stride, padding, extra, dilation)
    assert found.shape == (2, length, 2)
    image = torch.zeros(2, length, 2, requires_grad=True)
    back = OPS["conv"](image, kernel, stride, padding, None, dilation)
    if extra is None and back.shape == x.shape:
        (expected,) = torch.autograd.grad(back, image, x)
        np.testing.assert_allclose(found, expected, rtol=1e-4, atol=1e-5)


def test_pools_of_integers_and_of_narrow_floats() -> None:
    x = torch.arange(10).reshape(1, 5, 2)
    assert OPS["max_pool"](x, 2, 2, "same").tolist() == [[[2, 3], [6, 7], [8, 9]]]
    assert OPS["average_pool"](x.to(torch.float16), 2, 2, "same").tolist() == [[[1, 2], [5, 6], [8, 9]]]


def test_a_window_that_does_not_fit_is_refused() -> None:
    with pytest.raises(ValueError, match="windows of"):
        OPS["max_pool"](drawn(1, 2, 1), 3)
