from __future__ import annotations

from typing import Any

from keras_backend_torch.framework import torch
from keras_core import ops


def test_nothing_is_computed_twice(recorded: Any, kernels: Any) -> None:
    assert kernels(recorded(lambda x: [ops.exp(x) + ops.exp(x)], (2,))) == ["exp", "add"]


def test_random_numbers_are_drawn_as_often_as_asked(recorded: Any, kernels: Any) -> None:
    found = recorded(lambda x: [torch.rand(2) + torch.rand(2) + x], (2,))
    assert kernels(found).count("rand") == 2


def test_arguments_are_compared_with_their_types(recorded: Any, kernels: Any) -> None:
    assert kernels(recorded(lambda x: [torch.mul(x, 2) + torch.mul(x, 2.0)], (3,))) == ["mul", "mul", "add"]
