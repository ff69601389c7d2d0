"""A mean that is multiplied by the number of its elements is a sum."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from keras_backend_torch.compiler.codegen import CodeGenerator
from keras_backend_torch.framework import torch
from keras_core import ops

X = np.random.default_rng(0).normal(size=(6, 5)).astype("float32")


@pytest.mark.parametrize(
    ("fn", "expected"),
    [
        (lambda x: [ops.multiply(ops.mean(x), 30.0)], X.sum()),
        (lambda x: [ops.multiply(6.0, ops.mean(x, 0))], X.sum(0)),
        (lambda x: [ops.multiply(ops.mean(x, 1, keepdims=True), 5.0)], X.sum(1, keepdims=True)),
    ],
)
def test_it_is_one_kernel(recorded: Any, kernels: Any, fn: Any, expected: Any) -> None:
    recording = recorded(fn, (6, 5))
    assert kernels(recording) == ["sum"]
    found = CodeGenerator(recording).step()(torch.tensor(X))[0]
    np.testing.assert_allclose(found.numpy(), expected, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize(
    "fn",
    [
        lambda x: [ops.multiply(ops.mean(x), 5.0)],
        lambda x: [ops.multiply(kept := ops.mean(x), 30.0), kept],
        lambda x: [ops.multiply(ops.mean(x, 0), ops.convert_to_tensor([6.0] * 5))],
        lambda x: [ops.multiply(ops.mean(ops.cast(x, "float16")), 30.0)],
    ],
    ids=["another number", "used elsewhere", "no scalar", "float16"],
)
def test_other_means_stay(recorded: Any, kernels: Any, fn: Any) -> None:
    names = kernels(recorded(fn, (6, 5)))
    assert "mean" in names and "mul" in names and "sum" not in names


def test_the_mean_of_nothing_stays_nan(recorded: Any) -> None:
    recording = recorded(lambda x: [ops.multiply(ops.mean(x[:0]), 0.0)], (6, 5))
    assert np.isnan(CodeGenerator(recording).step()(torch.tensor(X))[0].item())
