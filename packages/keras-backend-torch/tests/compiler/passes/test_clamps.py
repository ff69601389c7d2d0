"""A minimum of a maximum, both with numbers, is one kernel."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from keras_backend_torch.compiler.codegen import CodeGenerator
from keras_backend_torch.framework import torch
from keras_core import ops

X = torch.tensor([-3.0, 0.5, 7.0, float("nan"), float("inf")])


def test_clip_is_one_kernel(recorded: Any, kernels: Any) -> None:
    recording = recorded(lambda x: [ops.clip(x, -1, 2.5)], (5,))
    assert kernels(recording) == ["clamp"]
    found = CodeGenerator(recording).step()(X)[0]
    np.testing.assert_array_equal(found.numpy(), [-1, 0.5, 2.5, np.nan, 2.5])


@pytest.mark.parametrize(
    "fn",
    [
        lambda x: [ops.clip(x, 2.0, 1.0)],
        lambda x: [ops.minimum(kept := ops.maximum(x, 0.0), 1.0), kept],
        lambda x: [ops.minimum(ops.maximum(x, ops.convert_to_tensor([0.0, 0.0, 1.0, 0.0, 0.0])), 1.0)],
    ],
)
def test_what_is_no_clamp_by_numbers_stays(recorded: Any, kernels: Any, fn: Any) -> None:
    recording = recorded(fn, (5,))
    assert sorted(kernels(recording)) == ["maximum", "minimum"]
