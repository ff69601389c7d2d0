"""Weights are found, counted, read and replaced; files of weights ask a layer for them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from keras_conformance import Affine
from keras_core import Layer, Variable
from keras_core.layers.weights import in_file_order
from keras_core.random import SeedGenerator

ONES = np.ones((2, 3), "float32")


def test_weights_are_found_in_attributes_lists_and_dicts() -> None:
    class Holder(Layer):
        def __init__(self) -> None:
            super().__init__()
            self.parts = [Affine(2), {"b": Affine(1)}]
            self.own = Variable(np.zeros(3, "float32"), name="own")
            self.seeds = SeedGenerator(1)

        def call(self, x: Any) -> Any:
            return self.parts[1]["b"](self.parts[0](x))

    layer = Holder()
    layer(ONES)
    assert len(layer.weights) == 5 and len(layer.variables) == 6
    layer.parts[0].trainable = False
    assert len(layer.trainable_weights) == 3 and len(layer.non_trainable_weights) == 2
    layer.trainable = False
    assert layer.trainable_weights == [] and not layer.parts[1]["b"].trainable


def test_set_weights_is_all_or_nothing() -> None:
    layer = Affine(2, name="aff")
    layer(ONES)
    before = layer.get_weights()
    with pytest.raises(ValueError, match=r"'aff'.*has 2 weights.*1 arrays"):
        layer.set_weights(before[:1])
    with pytest.raises(ValueError, match=r"aff/bias.*\(2,\).*\(5,\)"):
        layer.set_weights([before[0] + 1, np.zeros(5)])
    for a, b in zip(before, layer.get_weights(), strict=True):
        np.testing.assert_array_equal(a, b)


def test_counting_before_building_says_so() -> None:
    with pytest.raises(ValueError, match=r"'aff' is not built"):
        Affine(2, name="aff").count_params()


def test_own_variables_are_saved_and_loaded_by_number() -> None:
    layer, other = Affine(2, name="aff"), Affine(2, name="aff")
    layer(ONES), other(ONES)
    store: dict[str, Any] = {}
    layer.save_own_variables(store)
    assert list(store) == ["0", "1"]
    other.load_own_variables(store)
    for a, b in zip(layer.get_weights(), other.get_weights(), strict=True):
        np.testing.assert_array_equal(a, b)
    with pytest.raises(ValueError, match=r"'aff' has 2 weights, the file has 1"):
        other.load_own_variables({"0": store["0"]})


def test_why_arrays_do_not_fit() -> None:
    layer = Affine(2, name="aff")
    layer(ONES)
    fitting = {"0": np.zeros((3, 2)), "1": np.zeros(2)}
    assert layer._why_unfit(fitting) is None
    assert "the file has 0" in str(layer._why_unfit({}))
    assert "(2,), the file (5,)" in str(layer._why_unfit(fitting | {"1": np.zeros(5)}))

    class Own(Affine):
        def load_own_variables(self, store: Any) -> None:
            pass

    assert Own(2)._why_unfit({}) is None


def test_attributes_that_hold_state_come_in_the_order_of_files() -> None:
    layer = Affine(2)
    layer._hidden, layer.z, layer.a = Affine(1), Affine(1), [Affine(1)]
    names = [name for name, _ in layer._stateful_attributes()]
    assert [name for name in names if name in ("_hidden", "z", "a")] == ["a", "z", "_hidden"]
    assert not {"name", "built", "_own_trainable", "_losses", "input_spec"} & set(names)
    assert in_file_order({"_b": 1, "c": 2, "a": 3}) == [("a", 3), ("c", 2), ("_b", 1)]
