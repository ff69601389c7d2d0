from __future__ import annotations

from typing import Any

from keras_backend_torch.compiler.codegen import CodeGenerator
from keras_backend_torch.framework import torch
from keras_core import ops


def test_a_product_takes_its_bias_along(recorded: Any, kernels: Any) -> None:
    recording = recorded(lambda x, w, b: [ops.add(ops.matmul(x, w), b)], (2, 3), (3, 4), (4,))
    assert kernels(recording) == ["addmm"]
    given = [torch.randn(2, 3), torch.randn(3, 4), torch.randn(4)]
    torch.testing.assert_close(CodeGenerator(recording).step()(*given)[0], given[0] @ given[1] + given[2])


def test_a_convolution_takes_its_bias_along(recorded: Any, kernels: Any) -> None:
    recording = recorded(lambda x, w, b: [ops.relu(ops.add(ops.conv(x, w), b))], (2, 5, 5, 3), (2, 2, 3, 4), (4,))
    assert "add" not in kernels(recording)
    x, w, b = torch.randn(2, 5, 5, 3), torch.randn(2, 2, 3, 4), torch.randn(4)
    expected = torch.relu(ops.conv(x, w) + b)
    torch.testing.assert_close(CodeGenerator(recording).step()(x, w, b)[0], expected, rtol=1e-4, atol=1e-5)
