"""Layers are built from the shapes of their inputs."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest
from keras_core import Input, Layer
from keras_core.layers.building import weight_arguments

ONES = np.ones((2, 3), "float32")


def test_both_orders_of_add_weight() -> None:
    class Both(Layer):
        def build(self, input_shape: Any) -> None:
            self.old = self.add_weight("old", (2,), initializer="zeros")
            self.new = self.add_weight((3,), "ones", name="new", trainable=False)

        def call(self, x: Any) -> Any:
            return x

    layer = Both()
    layer(ONES)
    assert [(w.name, w.shape, w.trainable) for w in layer.weights] == [("old", (2,), True), ("new", (3,), False)]


def test_several_inputs_and_build_with_named_shapes() -> None:
    class Pair(Layer):
        def build(self, left_shape: Any, right_shape: Any) -> None:
            self.shapes = (left_shape, right_shape)

        def call(self, left: Any, right: Any) -> Any:
            return left + right

    layer = Pair()
    out = layer(Input((3,)), Input((1,)))
    assert out.shape == (None, 3) and layer.shapes == ((None, 3), (None, 1))


def test_a_build_that_calls_its_base_is_marked_once() -> None:
    class Base(Layer):
        def build(self, input_shape: Any) -> None:
            self.w = self.add_weight((input_shape[-1],), name="w")

        def call(self, x: Any) -> Any:
            return x * self.w

    class Derived(Base):
        def build(self, input_shape: Any) -> None:
            super().build(input_shape)
            assert not self.built
            self.b = self.add_weight((1,), name="b")

    layer = Derived()
    layer.build((None, 3))
    assert layer.built and layer.get_build_config() == {"input_shape": (None, 3)} and len(layer.weights) == 2
    again = Derived()
    again.build_from_config({"input_shape": [None, 3]})
    assert [w.shape for w in again.weights] == [(3,), (1,)]


def test_a_failed_build_can_be_tried_again() -> None:
    class Once(Layer):
        fail = True

        def build(self, input_shape: Any) -> None:
            if self.fail:
                raise ValueError("not yet")
            self.w = self.add_weight(input_shape[-1])

        def call(self, x: Any) -> Any:
            return x + self.w

    layer = Once()
    with pytest.raises(ValueError, match="not yet"):
        layer(ONES)
    assert not layer.built
    layer.fail = False
    layer(ONES)
    assert layer.built and layer.weights[0].shape == (3,)


def test_shapes_by_name_are_noted_and_read_again() -> None:
    class Two(Layer):
        def build(self, left_shape: Any, right_shape: Any) -> None:
            self.shapes = (left_shape, right_shape)

    layer, again = Two(), Two()
    layer.build((None, 3), (None, 1))
    config = json.loads(json.dumps(layer.get_build_config()))
    again.build_from_config(config)
    assert again.shapes == ((None, 3), (None, 1))


def test_arguments_of_add_weight() -> None:
    assert weight_arguments((), {"shape": 3})["shape"] == (3,)
    assert weight_arguments((), {})["shape"] == ()
    assert weight_arguments(("k", (2,), "int32"), {})["dtype"] == "int32"
    assert "layout" not in weight_arguments((), {"layout": 1})
    with pytest.raises(TypeError, match=r"add_weight\(\) does not take shap; it takes shape, initializer"):
        weight_arguments((), {"shap": (2,)})
