"""Results of steps: fetched once, and joined over batches."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from keras_core import backend, ops
from keras_core.training.logs import ManyOutputs, OutputRows, StepLogs, StepOutputs, packed


def test_scalars_are_packed_in_one_tensor() -> None:
    names: list[str] = []
    logs = {"loss": ops.convert_to_tensor(0.5), "more": {"n": ops.convert_to_tensor(2)}, "v": ops.ones((3,))}
    vector, others = packed(logs, names, "net")
    assert names == ["loss", "n"] and list(others) == ["v"]
    found = StepLogs(names, vector, others, backend.active()).fetch()
    assert found["loss"] == 0.5 and found["n"] == 2.0
    np.testing.assert_array_equal(found["v"], np.ones(3))
    with pytest.raises(TypeError, match=r"Model 'net': train_step\(\) and test_step\(\) return a dict"):
        packed(0.5, names, "net")


def test_outputs_are_fetched_once() -> None:
    outputs = StepOutputs({"a": ops.ones((2, 1))}, backend.active())
    assert outputs.fetch() is outputs.fetch()
    np.testing.assert_array_equal(outputs.fetch()["outputs"]["a"], np.ones((2, 1)))


def test_outputs_of_several_steps_are_one_behind_the_other() -> None:
    stacked = np.arange(24, dtype="float32").reshape(4, 2, 3)
    found = ManyOutputs([ops.convert_to_tensor(stacked)], 3, backend.active()).fetch()["outputs"]
    np.testing.assert_array_equal(found[0], stacked[:3].reshape(6, 3))


class Call:
    """The outputs of a call, which notes when somebody looks."""

    def __init__(self, outputs: Any, seen: list[Any]) -> None:
        self._outputs = outputs
        self._seen = seen

    def fetch(self) -> dict[str, Any]:
        self._seen.append(self)
        return {"outputs": self._outputs}


@pytest.mark.parametrize("size", [3, None], ids=["known", "unknown"])
def test_nested_outputs_are_joined_one_call_behind(size: int | None) -> None:
    seen: list[Any] = []
    parts = [{"a": np.zeros((2, 1)), "b": [np.zeros(2)]}, {"a": np.ones((1, 1)), "b": [np.ones(1)]}]
    calls = [Call(part, seen) for part in parts]
    rows = OutputRows(size)
    rows.add(calls[0])
    assert not seen
    rows.add(calls[1])
    assert seen == calls[:1]
    joined = rows.joined()
    assert seen == calls and joined["a"].tolist() == [[0], [0], [1]] and joined["b"][0].tolist() == [0, 0, 1]


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        ([[1.0, 2.0]], [1, 2]),
        ([[1.0, 2.0], [3.0]], [1, 2, 3]),
        ([[1.0, 2.0], [3.0, 4.0, 5.0]], [1, 2, 3, 4, 5]),  # more rows than the inputs had
        ([[1.0], [2.0]], [1, 2]),  # fewer
        ([[[1.0, 2.0]], [[3.0, 4.0]]], [[1, 2], [3, 4]]),
    ],
)
def test_outputs_of_other_sizes_than_the_inputs(parts: Any, expected: Any) -> None:
    rows = OutputRows(3)
    for part in parts:
        rows.add(Call(np.array(part), []))
    assert rows.joined().tolist() == expected


def test_no_outputs() -> None:
    assert OutputRows(None).joined() is None and OutputRows(3).joined() is None
