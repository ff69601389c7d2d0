from __future__ import annotations

from typing import Any

from keras_backend_torch.compiler.codegen import CodeGenerator
from keras_backend_torch.framework import torch
from keras_core import ops


def test_constants_are_computed_beforehand(recorded: Any, kernels: Any) -> None:
    recording = recorded(lambda x: [x * ops.sqrt(ops.add(ops.zeros((2,)), 4.0))], (2,))
    assert kernels(recording) == ["mul"]
    assert CodeGenerator(recording).step()(torch.ones(2))[0].tolist() == [2, 2]


def test_equal_constants_become_one(recorded: Any) -> None:
    recording = recorded(lambda x: [x + torch.full((3,), 2.0), x * torch.full((3,), 2.0)], (3,))
    assert len(recording.constants) == 1
    assert [one.tolist() for one in CodeGenerator(recording).step()(torch.ones(3))] == [[3, 3, 3], [2, 2, 2]]


def test_large_constants_are_computed_by_the_program(recorded: Any, kernels: Any) -> None:
    recording = recorded(lambda x: [x + torch.zeros(1 << 15)], (1,))
    assert "zeros" in kernels(recording) and not recording.constants


def test_a_constant_that_is_returned_stays(recorded: Any) -> None:
    first, second = CodeGenerator(recorded(lambda x: [torch.ones(2), torch.ones(2)], (1,))).step()(torch.ones(1))
    first.fill_(5)
    assert second.tolist() == [1, 1]
