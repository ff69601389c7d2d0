from __future__ import annotations

from typing import Any

from keras_backend_torch.backend import BACKEND
from keras_backend_torch.compiler.codegen import CodeGenerator
from keras_backend_torch.compiler.passes.purity import PureCalls, new_view, use_counts
from keras_backend_torch.compiler.recording import kernel_name, record
from keras_backend_torch.framework import storage_id, torch
from keras_core import Spec


def test_what_is_written_into_is_left_alone(recorded: Any) -> None:
    def fn(x: Any) -> list[Any]:
        first, second = torch.zeros(2), torch.zeros(2)
        first.add_(x)
        return [first, second, first.view(2) + second]

    results = CodeGenerator(recorded(fn, (2,))).step()(torch.ones(2))
    assert [one.tolist() for one in results] == [[1, 1], [0, 0], [1, 1]]


def test_calls_on_memory_that_is_written_into_and_random_ones_are_not_pure() -> None:
    def fn(x: Any) -> list[Any]:
        filled = torch.zeros(3)
        view = filled.view(3, 1)
        filled.add_(1)
        return [x.exp(), view.sin(), torch.rand(3)]

    recording = record(BACKEND, fn, [], [Spec((3,), "float32")])
    pure = PureCalls(recording)
    found = {kernel_name(call): pure(call) for call in recording.calls}
    assert found["exp"] and not any(found[name] for name in ("zeros", "view", "add_", "sin", "rand"))


def test_new_values_and_how_often_values_are_used() -> None:
    recording = record(BACKEND, lambda x: [x + x], [], [Spec((2, 3), "float32")])
    (x,), (out,) = recording.inputs, recording.outputs
    view = new_view(recording, x, lambda fake: fake.view(6))
    assert recording.fakes[view].shape == (6,) and view.number not in (x.number, out.number)
    assert storage_id(recording.fakes[view]) == storage_id(recording.fakes[x])
    assert use_counts(recording.calls, {out}) == {x: 2, out: 1}
