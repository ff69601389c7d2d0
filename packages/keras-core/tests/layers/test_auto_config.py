"""What get_config() gives for layers that do not write their own."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest
from keras_conformance import Affine
from keras_core import Layer, Sequential, initializers
from keras_core.layers import Input
from keras_core.layers.auto_config import argument_names
from keras_core.models import clone_model
from keras_core.saving import custom_object_scope, load_model


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


class Holding(Layer):
    def __init__(self, thing: Any = None, units: int = 3, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.thing, self.units = thing, units

    def call(self, x: Any) -> Any:
        return self.thing(x) if isinstance(self.thing, Layer) else x


def test_plain_arguments_stay_as_they_are() -> None:
    assert Holding([1, {"a": None}]).get_config()["thing"] == [1, {"a": None}]
    assert Holding((1, 2)).get_config()["thing"] == (1, 2)


def test_layers_and_other_objects_among_the_arguments_come_back() -> None:
    made = Holding({"first": Affine(2, name="inner"), "rest": [initializers.Constant(3.0)]}, units=4)
    with custom_object_scope({"Affine": Affine}):
        again = Holding.from_config(json.loads(json.dumps(made.get_config())))
    assert again.units == 4 and again.thing["first"] is not made.thing["first"]
    assert (again.thing["first"].name, again.thing["first"].units) == ("inner", 2)
    assert np.asarray(again.thing["rest"][0]((1,))).tolist() == [3.0]


def test_a_saved_layer_has_its_inner_layer_again(tmp_path: Any) -> None:
    model = Sequential([Input((3,)), Holding(Affine(2), units=5)])
    with pytest.warns(UserWarning, match="class 'Holding'"):
        model.save(tmp_path / "m.keras")
    again = load_model(tmp_path / "m.keras", custom_objects={"Holding": Holding, "Affine": Affine})
    x = np.arange(6.0, dtype="float32").reshape(2, 3)
    np.testing.assert_array_equal(again.predict(x, verbose=0), model.predict(x, verbose=0))
    assert again.layers[0].units == 5
    assert clone_model(model).layers[0].thing is not model.layers[0].thing


def test_arguments_that_no_config_can_hold_are_named(tmp_path: Any) -> None:
    with pytest.raises(NotImplementedError, match=r"Holding .*no config can hold: thing \(object\)\..*get_config"):
        Holding(object()).get_config()
    model = Sequential([Input((3,)), Holding(object(), units=5), Holding(object())])
    with pytest.warns(UserWarning, match=r"Holding\.get_config \(no config can hold thing \(object\)\)"):
        model.save(tmp_path / "m.keras")
    with pytest.raises(NotImplementedError, match="no config can hold: thing"):
        clone_model(model)


def test_the_base_writes_name_trainable_dtype_and_regularizer() -> None:
    config = Layer(name="plain", trainable=False, dtype="float64", activity_regularizer="l2").get_config()
    assert (config["name"], config["trainable"]) == ("plain", False)
    assert config["dtype"]["config"]["name"] == "float64"
    assert config["activity_regularizer"]["class_name"] == "L2"
    assert "activity_regularizer" not in Layer().get_config()


def test_names_of_arguments() -> None:
    assert argument_names(Affine)[0] == "units" and "batch_input_shape" in argument_names(Affine)
