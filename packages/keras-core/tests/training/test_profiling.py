"""What each layer of a model costs."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from keras_conformance import Affine, RunningMean
from keras_core import Input, Layer, Model, Sequential, ops
from keras_core.training.profiling import LayerCost, ModelProfile, _Clock

X = np.ones((4, 3), "float32")


def state_of(model: Model) -> list[list[float]]:
    return [*(weight.ravel().tolist() for weight in model.get_weights()), np.random.get_state()[1].tolist()]


class Twice(Layer):
    def call(self, x: Any, training: bool | None = None) -> Any:
        return ops.concatenate([x, x], axis=1)


def test_rows_are_the_calls_in_their_order(backend_name: str) -> None:
    model = Sequential([Input((3,)), Twice(name="twice"), RunningMean(name="mean"), Affine(5, name="out")], name="net")
    model.predict(X, verbose=0)  # the first call of any draws the seed of the process's generator
    before = state_of(model)
    profile = model.profile(X, steps=2)
    assert state_of(model) == before
    assert [(row.name, row.kind) for row in profile.rows] == [
        ("twice", "Twice"),
        ("mean", "RunningMean"),
        ("out", "Affine"),
    ]
    assert [row.parameters for row in profile.rows] == [0, 6, 6 * 5 + 5]
    assert [row.weight_bytes for row in profile.rows] == [0, 24, 140]
    assert profile.rows[0].arithmetic == 0 and profile.rows[2].arithmetic == 4 * (2 * 6 * 5 + 5)
    assert profile.whole.arithmetic == sum(row.arithmetic for row in profile.rows)
    assert [row.output_bytes for row in profile.rows] == [4 * 6 * 4, 4 * 6 * 4, 4 * 5 * 4]
    assert profile.whole.name == "net" and profile.whole.parameters == 41 and profile.batch_size == 4
    for row in (*profile.rows, profile.whole):
        assert 0 <= row.forward < 60
        assert (row.training is None) == (backend_name == "numpy")


def test_models_of_a_class_of_their_own_and_ops_between_layers() -> None:
    class Own(Model):
        def __init__(self) -> None:
            super().__init__()
            self.first, self.second = Affine(2, name="first"), Affine(1, name="second")

        def call(self, x: Any) -> Any:
            return self.second(self.first(x["a"]) + self.first(x["b"])) * 2.0

    profile = Own().profile({"a": X, "b": X}, steps=1)
    assert [row.name for row in profile.rows] == ["first", "first", "add", "second", "multiply"]
    assert profile.rows[2].kind == "op" and profile.rows[2].output_bytes == 4 * 2 * 4


def test_the_fastest_run_counts_less_what_any_call_costs(monkeypatch: pytest.MonkeyPatch) -> None:
    ticks = iter([0, 9, 9, 11, 11, 12])  # one run to compile, then 2 and 1 seconds
    model = Sequential([Input((3,)), Affine(1)])
    model.build((None, 3))
    clock = object.__new__(_Clock)
    clock._backend, clock._jit, clock._steps = model.backend, None, 2
    clock._variables = lambda: []
    clocked = SimpleNamespace(perf_counter=lambda: float(next(ticks)))
    monkeypatch.setattr("keras_core.training.profiling.time", clocked)
    assert clock._seconds(lambda x: ops.sum(x), [model.backend.tensor(X)]) == 1.0


def test_the_table_fits_into_80_columns() -> None:
    cost = LayerCost(
        name="a" * 40,
        kind="Dense",
        arithmetic=38_900_000,
        forward=1.5,
        training=None,
        parameters=1,
        weight_bytes=2**30,
        output_bytes=2**29,
    )
    lines = str(ModelProfile([cost, cost], cost, 32)).splitlines()
    assert all(len(line) <= 80 for line in lines)
    assert " 38.9 M " in lines[1] and "1.50 s" in lines[1] and " 50 " in lines[1] and "1 GiB  512 MiB" in lines[1]


def test_calls_of_what_is_no_op_have_no_count(backend_name: str) -> None:
    class Foreign(Layer):
        def call(self, x: Any) -> Any:
            return self.backend.ops["exp"](x)

        def compute_output_shape(self, input_shape: Any) -> Any:
            return input_shape

    (row,) = Sequential([Input((3,)), Foreign()]).profile(X, steps=1).rows
    assert row.arithmetic is None or backend_name == "cntk"  # whose ops are recorded
    cost = {"forward": 0.0, "training": None, "parameters": 0, "weight_bytes": 0, "output_bytes": 0}
    counted = [LayerCost(name="a", kind="A", arithmetic=number, **cost) for number in (None, 7, 999_900, 21 * 10**11)]
    lines = [str(ModelProfile([one], row, 1)) for one in counted]
    found = [line.splitlines()[1].split()[2:4] for line in lines]
    assert found == [["-", "0.00"], ["7", "0.00"], ["1", "M"], ["2.1", "T"]]


def test_data_that_do_not_fit() -> None:
    with pytest.raises(ValueError, match="shape"):
        Sequential([Input((3,)), Affine(1)]).profile(X[:, :2])
