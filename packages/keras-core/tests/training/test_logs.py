"""Results of steps: fetched once, and joined over batches."""

from __future__ import annotations

import numpy as np
import pytest
from keras_core import backend, ops
from keras_core.training.logs import StepLogs, StepOutputs, concatenate_outputs, packed


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


def test_nested_outputs_are_joined() -> None:
    parts = [{"a": np.zeros((2, 1)), "b": [np.zeros(2)]}, {"a": np.ones((1, 1)), "b": [np.ones(1)]}]
    joined = concatenate_outputs(parts)
    assert joined["a"].shape == (3, 1) and joined["b"][0].tolist() == [0, 0, 1]
    assert concatenate_outputs(parts[:1]) is parts[0]
