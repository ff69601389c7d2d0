"""Losses that layers add, and those of regularizers."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from keras_conformance import Affine
from keras_core import Input, Layer, backend, ops

ONES = np.ones((2, 3), "float32")


def host(tensor: Any) -> np.ndarray:
    return backend.to_numpy(tensor)


def test_add_loss_is_collected_and_cleared() -> None:
    class Penalty(Layer):
        def call(self, x: Any) -> Any:
            self.add_loss(ops.sum(x))
            return x

    layer = Penalty()
    for _ in range(2):
        layer(ONES)
        assert [float(host(one)) for one in layer.losses] == [6.0]


def test_regularizers_are_losses() -> None:
    class Regular(Layer):
        def build(self, input_shape: Any) -> None:
            self.w = self.add_weight(shape=(2,), initializer="ones", regularizer="l2")

        def call(self, x: Any) -> Any:
            return x

    layer = Regular()
    layer(ONES)
    assert float(host(layer.losses[0])) == pytest.approx(0.02)


def test_activity_is_penalized_by_the_mean_over_samples() -> None:
    layer = Affine(2, activity_regularizer="l2")
    layer(ONES)
    (penalty,) = layer.losses
    outputs = host(layer(ONES))
    assert float(host(penalty)) == pytest.approx(0.01 * float((outputs**2).sum()) / 2)


def test_symbolic_and_callable_losses_stay() -> None:
    class Doubled(Layer):
        def call(self, x: Any) -> Any:
            return x * 2.0

    layer = Doubled()
    layer.add_loss(lambda: 3.0)
    layer.add_loss(ops.sum(layer(Input((3,)))))
    layer(ONES)
    assert [one if isinstance(one, float) else type(one).__name__ for one in layer.losses] == [3.0, "KerasTensor"]


def test_updates_are_applied_at_once() -> None:
    layer = Affine(2)
    layer(ONES)
    layer.add_update((layer.weights[1], np.full(2, 7.0, "float32")))
    np.testing.assert_array_equal(layer.get_weights()[1], [7.0, 7.0])
    assert layer.updates == []


def test_a_function_that_is_added_in_a_call_is_of_that_call() -> None:
    class Lazy(Layer):
        def __init__(self) -> None:
            super().__init__()
            self.add_loss(lambda: 5.0)

        def call(self, x: Any) -> Any:
            self.add_loss(lambda: ops.sum(x))
            return x

    layer = Lazy()
    layer(Input((3,)))
    assert [float(host(one)) for one in layer.losses] == [5.0]
    for factor in (1, 2):
        layer(factor * ONES)
        assert [float(host(one)) for one in layer.losses] == [5.0, factor * 6.0]
