"""What get_config() gives for layers that do not write their own."""

from __future__ import annotations

from typing import Any

import pytest
from keras_conformance import Affine
from keras_core import Layer
from keras_core.layers.auto_config import argument_names


def test_config_of_a_layer_without_get_config() -> None:
    class Plain(Layer):
        def __init__(self, units: int, flag: bool = True, **kwargs: Any) -> None:
            super().__init__(**kwargs)
            self.units = units

        def call(self, x: Any) -> Any:
            return x

    config = Plain(4, flag=False).get_config()
    assert (config["units"], config["flag"]) == (4, False)


def test_an_unknown_argument_is_named() -> None:
    with pytest.raises(TypeError, match=r"Affine.*'unitz'"):
        Affine(3, unitz=2)


def test_arguments_that_json_cannot_hold_are_left_to_the_class() -> None:
    class Holding(Layer):
        def __init__(self, thing: Any, **kwargs: Any) -> None:
            super().__init__(**kwargs)

    assert "thing" not in Holding(object()).get_config()
    assert Holding([1, {"a": None}]).get_config()["thing"] == [1, {"a": None}]


def test_the_base_writes_name_trainable_dtype_and_regularizer() -> None:
    config = Layer(name="plain", trainable=False, dtype="float64", activity_regularizer="l2").get_config()
    assert (config["name"], config["trainable"]) == ("plain", False)
    assert config["dtype"]["config"]["name"] == "float64"
    assert config["activity_regularizer"]["class_name"] == "L2"
    assert "activity_regularizer" not in Layer().get_config()


def test_names_of_arguments() -> None:
    assert argument_names(Affine)[0] == "units" and "batch_input_shape" in argument_names(Affine)
