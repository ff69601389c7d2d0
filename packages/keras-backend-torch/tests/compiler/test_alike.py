from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from keras_backend_torch.backend import BACKEND
from keras_backend_torch.compiler.codegen import CodeGenerator
from keras_backend_torch.compiler.recording import kernel_name, record
from keras_backend_torch.framework import storage_id, torch
from keras_core import Spec

SHAPE = (2, 3)
GIVEN = [np.random.default_rng(k).normal(size=SHAPE).astype("float32") for k in range(4)]


def mapped(fn: Any, groups: Any = lambda tensors: [[one] for one in tensors]) -> tuple[list[str], int, list[Any]]:
    """The kernels of `fn` mapped over groups of four arguments, how often it ran, and all results."""
    runs = []

    def counted(*group: Any) -> list[Any]:
        runs.append(1)
        return fn(*group)

    def whole(*tensors: Any) -> list[Any]:
        return [one for results in BACKEND.map_alike(counted, groups(tensors)) for one in results]

    recording = record(BACKEND, whole, [], [Spec(SHAPE, "float32")] * len(GIVEN))
    found = CodeGenerator(recording).step()(*map(torch.tensor, GIVEN))
    assert len({storage_id(recording.fakes[value]) for value in recording.outputs}) == len(recording.outputs)
    return [*map(kernel_name, recording.calls)], len(runs), [np.asarray(one) for one in found]


def test_a_function_is_recorded_once_and_its_calls_are_repeated() -> None:
    names, runs, found = mapped(lambda x: [x * 2, (x * 2).exp()])
    assert runs == 1 and sorted(names) == ["exp"] * 4 + ["mul"] * 8
    np.testing.assert_allclose(found, [one for x in GIVEN for one in (x * 2, np.exp(x * 2))], rtol=1e-6)


def test_what_is_the_same_for_all_is_computed_once() -> None:
    rate = torch.tensor(3.0)
    names, _, found = mapped(lambda x: [x * rate.sqrt()])
    assert names.count("sqrt") == 1 and names.count("mul") == 4
    np.testing.assert_allclose(found, [x * np.sqrt(np.float32(3)) for x in GIVEN], rtol=1e-6)


def test_it_runs_for_each_layout_of_memory() -> None:
    _, runs, found = mapped(lambda x: [x + 1], lambda tensors: [[x] if k % 2 else [x.T] for k, x in enumerate(tensors)])
    assert runs == 2
    for k, (one, x) in enumerate(zip(found, GIVEN, strict=True)):
        np.testing.assert_array_equal(one, (x if k % 2 else x.T) + 1)


def test_arguments_are_results_of_their_own_group() -> None:
    _, runs, found = mapped(lambda x, y: [y, x], lambda tensors: [tensors[:2], tensors[2:]])
    assert runs == 1
    np.testing.assert_array_equal(found, [GIVEN[k] for k in (1, 0, 3, 2)])


@pytest.mark.parametrize(
    "fn",
    [lambda x: [x.reshape(-1) + 1], lambda x: [(x + 1).add_(1) - 1], lambda x: [x + 1 + 0 * torch.rand(2, 3)]],
    ids=["views", "writes", "draws"],
)
def test_calls_that_cannot_be_repeated_are_recorded_for_each(fn: Any) -> None:
    _, runs, found = mapped(fn)
    assert runs == len(GIVEN)
    np.testing.assert_allclose(np.reshape(found, -1), np.reshape(GIVEN, -1) + 1, rtol=1e-6)


def test_one_tensor_twice_says_nothing_of_other_groups() -> None:
    _, _, found = mapped(lambda x, y: [x - y], lambda t: [[t[0], t[0]], [t[1], t[2]]])
    np.testing.assert_array_equal(found, [0 * GIVEN[0], GIVEN[1] - GIVEN[2]])


def test_gradients_pass_through_it() -> None:
    def fn(*tensors: Any) -> list[Any]:
        def loss(*given: Any) -> Any:
            return sum(one.sum() for (one,) in BACKEND.map_alike(lambda x: [x * x], [[x] for x in given])), []

        return [one for one in BACKEND.value_and_gradients(loss, tensors)[2] if one is not None]

    recording = record(BACKEND, fn, [], [Spec(SHAPE, "float32")] * len(GIVEN))
    found = CodeGenerator(recording).step()(*map(torch.tensor, GIVEN))
    np.testing.assert_allclose([np.asarray(one) for one in found], [2 * x for x in GIVEN], rtol=1e-6)
