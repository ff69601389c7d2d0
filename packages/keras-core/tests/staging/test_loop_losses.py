"""Losses that are added in the steps of a loop that just runs."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from keras_core import Layer, Trace, backend, ops
from keras_core.staging.loop_losses import LoopLosses, active_loop_losses


class Adding(Layer):
    """Adds its input as a loss."""

    def call(self, inputs: Any) -> Any:
        self.add_loss(inputs)
        return inputs


def added(layer: Layer) -> list[float]:
    return [float(ops.convert_to_numpy(loss)) for loss in layer._losses]


def test_the_sum_of_each_owner_is_added_at_the_end() -> None:
    one, other = Adding(), Adding()
    with LoopLosses(backend.active()):
        for step in range(3):
            one.add_loss(float(step))
            other.add_loss(np.full(2, step, "float32"))
        assert added(one) == []
    assert active_loop_losses() is None
    assert (added(one), added(other)) == ([3.0], [6.0])


def test_what_a_trace_in_a_step_collects_is_its_own() -> None:
    layer, of = Adding(), backend.active()
    with LoopLosses(of) as loop:
        with Trace(of) as trace:
            layer.add_loss(1.0)
            assert active_loop_losses() is None
        assert active_loop_losses() is loop
    assert (added(layer), trace.losses) == ([], [(layer, 1.0)])


def test_a_failed_loop_adds_nothing() -> None:
    layer = Adding()
    with pytest.raises(ArithmeticError), LoopLosses(backend.active()):
        layer.add_loss(1.0)
        raise ArithmeticError
    assert added(layer) == [] and active_loop_losses() is None


def test_loops_within_loops_add_up() -> None:
    layer = Adding()
    ops.map(lambda row: ops.map(layer, row), np.arange(6, dtype="float32").reshape(2, 3))
    assert added(layer) == [15.0]
