"""Results in memory that nothing uses any more."""

from __future__ import annotations

from typing import Any

import numpy as np
from keras_backend_torch.compiler.codegen import CodeGenerator
from keras_backend_torch.compiler.passes.memory import reuse_memory
from keras_backend_torch.framework import torch
from keras_core import ops

SIZE = (160, 160)


def _targets(recording: Any) -> list[bool]:
    return ["out" in call.kwargs for call in recording.calls]


def _values() -> Any:
    return torch.rand(SIZE, generator=torch.Generator().manual_seed(1))


def test_a_chain_needs_one_tensor(recorded: Any) -> None:
    recording = reuse_memory(recorded(lambda x: [ops.floor(ops.multiply(ops.add(x, 1.0), 3.0))], SIZE))
    assert _targets(recording) == [False, True, True]
    x = _values()
    before = x.clone()
    found = CodeGenerator(recording).step()(x)[0]
    assert torch.equal(x, before) and torch.equal(found, torch.floor((x + 1) * 3))


def test_what_is_used_later_is_kept(recorded: Any) -> None:
    def fn(x: Any) -> list[Any]:
        first = ops.add(x, 1.0)
        second = ops.multiply(first, 2.0)
        return [ops.add(second, first), second]

    recording = reuse_memory(recorded(fn, SIZE))
    assert _targets(recording) == [False, False, True]
    x = _values()
    found = CodeGenerator(recording).step()(x)
    assert torch.equal(found[0], (x + 1) * 2 + (x + 1)) and torch.equal(found[1], (x + 1) * 2)


def test_views_of_a_tensor_keep_it(recorded: Any) -> None:
    def fn(x: Any) -> list[Any]:
        first = ops.add(x, 1.0)
        turned = ops.transpose(first)
        return [ops.add(ops.multiply(first, 2.0), turned)]

    recording = reuse_memory(recorded(fn, SIZE))
    x = _values()
    found = CodeGenerator(recording).step()(x)[0]
    np.testing.assert_allclose(found.numpy(), ((x + 1) * 2 + (x + 1).T).numpy(), rtol=1e-6)


def test_an_argument_that_is_read_in_another_order_is_not_written_into(recorded: Any) -> None:
    recording = reuse_memory(recorded(lambda x: [ops.add(y := ops.exp(x), ops.transpose(y))], SIZE))
    assert not any(_targets(recording))
    x = _values()
    assert torch.equal(CodeGenerator(recording).step()(x)[0], torch.exp(x) + torch.exp(x).T)


def test_small_tensors_and_inputs_are_left_alone(recorded: Any) -> None:
    assert not any(_targets(reuse_memory(recorded(lambda x: [ops.exp(ops.add(x, 1.0))], (4,)))))
    assert not any(_targets(reuse_memory(recorded(lambda x: [ops.exp(x)], SIZE))))


def test_memory_of_another_tensor_that_ended_before(recorded: Any) -> None:
    def fn(x: Any) -> list[Any]:
        total = ops.sum(ops.exp(x))
        return [ops.multiply(x, total)]

    recording = reuse_memory(recorded(fn, SIZE))
    assert _targets(recording)[-1]
    x = _values()
    torch.testing.assert_close(CodeGenerator(recording).step()(x)[0], x * torch.exp(x).sum())
