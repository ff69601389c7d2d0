from __future__ import annotations

from typing import Any

import pytest
from keras_backend_torch import framework
from keras_backend_torch.backend import BACKEND
from keras_backend_torch.compiler.recording import (
    ControlFlow,
    Untraceable,
    Value,
    all_calls,
    kernel_name,
    live_calls,
    record,
)
from keras_backend_torch.framework import storage_id, torch
from keras_core import Spec, Variable, ops


def recorded(fn: Any, *shapes: tuple[int, ...], variables: Any = ()) -> Any:
    return record(BACKEND, fn, variables, [Spec(shape, "float32") for shape in shapes])


def test_a_function_becomes_a_list_of_kernel_calls() -> None:
    v = Variable(torch.ones(3).numpy())
    found = recorded(lambda x: (v.assign(v + x), [ops.exp(x)])[1], (3,), variables=[v])
    assert [kernel_name(call) for call in found.calls] == ["add", "exp"]
    assert list(found.reads) == list(found.writes) == [v]
    assert found.calls[0].uses() == [found.reads[v], *found.inputs]
    assert found.calls[1].results == found.outputs and not found.calls[1].mutates


def test_forward_and_backward_pass_are_one_list() -> None:
    def fn(x: Any) -> list[Any]:
        loss, _, found = BACKEND.value_and_gradients(lambda y: (y.tanh().sum(), []), [x])
        return [loss, *found]

    assert {"tanh", "sum", "tanh_backward"} <= {kernel_name(call) for call in recorded(fn, (3,)).calls}


def test_detached_results_have_no_gradients() -> None:
    assert recorded(lambda x: [x * 2], (3,)).has_gradients
    assert not recorded(lambda x: [(x * 2).detach(), x > 0], (3,)).has_gradients


def test_real_tensors_are_constants_and_results_share_no_memory() -> None:
    table = torch.ones(3)
    found = recorded(lambda x: [x, table, x[:1] + table[0]], (3,))
    assert next(iter(found.constants.values())) is table
    memory = [storage_id(found.fakes[value]) for value in [*found.inputs, *found.outputs]]
    assert len(set(memory)) == 4


def test_an_argument_that_is_written_into_is_copied_first() -> None:
    found = recorded(lambda x: [x.add_(1)], (3,))
    assert [kernel_name(call) for call in found.calls[:2]] == ["clone", "add_"]
    assert found.calls[0].uses() == found.inputs and found.calls[1].mutates


@pytest.mark.parametrize("fn", [lambda x: [x * float(x.sum())], lambda x: [x[x > 0]], lambda x: [x.nonzero()]])
def test_what_depends_on_values_cannot_be_recorded(fn: Any) -> None:
    with pytest.raises(RuntimeError):
        recorded(fn, (3,))


def test_tensors_of_another_recording_are_refused() -> None:
    kept: list[Any] = []
    recorded(lambda x: (kept.append(x * 2), [x])[1], (3,))
    with pytest.raises((Untraceable, AssertionError, RuntimeError)):
        recorded(lambda x: [x + kept[0]], (3,))


def test_a_release_without_fake_tensors_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(framework, "CAN_RECORD", False)
    with pytest.raises(Untraceable, match="no fake tensors"):
        recorded(lambda x: [x], (3,))


def test_control_flow_uses_what_its_bodies_use() -> None:
    table = torch.ones(3)
    found = recorded(lambda x: [ops.cond(ops.sum(x) > 0, lambda: x * table, lambda: x - 1)], (3,))
    (branch,) = [call for call in found.calls if isinstance(call, ControlFlow)]
    assert {*found.inputs, *found.constants} <= set(branch.uses()) and not branch.mutates
    assert {"mul", "sub"} <= {kernel_name(call) for call in all_calls(found.calls) if call.kernel}
    (x,) = found.inputs
    other = Value(99)
    assert x not in branch.renamed({x: other}).uses()


def test_dead_code_is_removed_unless_it_writes() -> None:
    def fn(x: Any) -> list[Any]:
        x.sin()
        filled = torch.zeros(3)
        filled.add_(1)
        return [x.exp(), filled]

    found = recorded(fn, (3,))
    assert [kernel_name(call) for call in found.calls] == ["zeros", "add_", "exp"]
    names = [kernel_name(call) for call in live_calls(found.calls, found.outputs[:1])]
    assert names == ["zeros", "add_", "exp"]
