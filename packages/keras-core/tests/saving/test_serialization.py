"""Objects become JSON-ready dicts in Keras 3's layout, and come back."""

from __future__ import annotations

import json
from typing import Any

import keras_core
import numpy as np
import pytest
from keras_core import Layer, activations, initializers, losses, ops, regularizers
from keras_core.saving import (
    deserialize_keras_object,
    register_keras_serializable,
    serialize_keras_object,
)
from keras_core.saving.save_scope import copying, saving


def round_trip(obj, **kwargs):
    return deserialize_keras_object(json.loads(json.dumps(serialize_keras_object(obj))), **kwargs)


def test_layout_of_a_built_in_object():
    assert serialize_keras_object(initializers.HeNormal(seed=3)) == {
        "module": "keras.initializers",
        "class_name": "HeNormal",
        "config": initializers.HeNormal(seed=3).get_config(),
        "registered_name": None,
    }


def test_layout_of_a_registered_class(toys):
    written = serialize_keras_object(toys.Affine(2, name="x"))
    assert written["class_name"] == "Affine"
    assert written["registered_name"] == "saving_tests>Affine"
    assert "build_config" not in written


def test_build_config_of_a_built_layer(toys):
    layer = toys.Affine(2)
    layer.build((None, 3))
    written = serialize_keras_object(layer)
    assert written["build_config"] == {"input_shape": [None, 3]}
    again = round_trip(layer)
    assert again.built and again.kernel.shape == (3, 2)


@pytest.mark.parametrize(
    "value", [None, True, 3, 2.5, "text", [1, [2.0, None]], {"a": {"b": [1]}}, slice(1, None, 2), Ellipsis, b"abc"]
)
def test_plain_values_come_back(value):
    assert round_trip(value) == value


def test_tuples_become_lists():
    assert serialize_keras_object((1, (2, 3))) == [1, [2, 3]]


def test_numbers_of_numpy_become_plain():
    written = serialize_keras_object([np.float32(0.5), np.int64(3), np.bool_(True)])
    assert written == [0.5, 3, True] and [type(v) for v in written] == [float, int, bool]


@pytest.mark.parametrize("dtype", ["float32", "int64", "bool", "float16", "bfloat16"])
def test_arrays_come_back_with_their_dtype(dtype):
    array = np.array([[0, 1], [1, 1]]).astype(keras_core.dtypes.numpy_dtype(dtype))
    again = round_trip(array)
    assert again.dtype == array.dtype
    np.testing.assert_array_equal(again, array)


def test_variable_is_written_as_its_value():
    np.testing.assert_array_equal(round_trip(keras_core.Variable([1.0, 2.0])), [1.0, 2.0])


def test_functions_are_written_by_name():
    written = serialize_keras_object(activations.relu)
    assert written == {
        "module": "builtins",
        "class_name": "function",
        "config": "relu",
        "registered_name": "function",
    }
    assert round_trip(activations.relu) is activations.relu
    assert round_trip(losses.mean_squared_error) is losses.mean_squared_error
    assert round_trip(ops.square) is ops.square


def test_custom_function_needs_to_be_passed():
    def mine(x):
        return x

    written = serialize_keras_object(mine)
    with pytest.raises(ValueError, match="Unknown function 'mine'"):
        deserialize_keras_object(written)
    assert deserialize_keras_object(written, custom_objects={"mine": mine}) is mine


def test_nested_custom_objects_are_found_in_scope(toys):
    def bent(x):
        return ops.square(x)

    layer = toys.Affine(2, activation=bent, regularizer="l2")
    again = deserialize_keras_object(serialize_keras_object(layer), custom_objects={"bent": bent})
    assert again.activation is bent and isinstance(again.regularizer, regularizers.L2)


def test_class_that_is_not_registered(toys):
    class Loner(Layer):
        pass

    written = serialize_keras_object(Loner(name="l"))
    with pytest.raises(ValueError, match="Loner"):
        deserialize_keras_object(written)
    assert isinstance(deserialize_keras_object(written, custom_objects={"Loner": Loner}), Loner)


def test_all_unknown_names_come_in_one_error(toys):
    config = [
        {"module": "a", "class_name": "One", "config": {}, "registered_name": "p>One"},
        {
            "module": "keras.layers",
            "class_name": "Two",
            "config": {
                "f": {"module": "builtins", "class_name": "function", "config": "three", "registered_name": "function"}
            },
        },
    ]
    with pytest.raises(ValueError) as error:
        deserialize_keras_object(config)
    assert all(name in str(error.value) for name in ("'One'", "'Two'", "'three'"))
    assert "needs 3 names" in str(error.value)


def test_what_cannot_be_serialized_is_said():
    with pytest.raises(TypeError, match="get_config"):
        serialize_keras_object(object())
    with pytest.raises(TypeError, match=r"class Layer itself"):
        serialize_keras_object(Layer)
    with pytest.raises(TypeError, match="keys must be strings"):
        serialize_keras_object({1: 2})


def test_config_that_the_class_refuses_names_the_layer(toys):
    config = serialize_keras_object(toys.Affine(2, name="broken"))
    config["config"]["units_"] = 3
    with pytest.raises(ValueError, match=r"Cannot rebuild Affine 'broken'.*units_"):
        deserialize_keras_object(config)


def test_shared_layers_stay_shared(toys):

    @register_keras_serializable("saving_tests")
    class Twice(Layer):
        def __init__(self, one, two, **kwargs):
            super().__init__(**kwargs)
            self.one, self.two = keras_core.layers.get(one), keras_core.layers.get(two)

        def get_config(self):
            pair = {"one": serialize_keras_object(self.one), "two": serialize_keras_object(self.two)}
            return super().get_config() | pair

    layer = toys.Affine(2)
    with saving():
        written = serialize_keras_object(Twice(layer, layer))
    again = deserialize_keras_object(json.loads(json.dumps(written)))
    assert again.one is again.two


def test_keras_2_names_and_configs():
    found = deserialize_keras_object(
        {
            "class_name": "VarianceScaling",
            "config": {"scale": 1.0, "mode": "fan_avg", "distribution": "uniform", "seed": None},
        },
        kind="initializer",
    )
    assert isinstance(found, initializers.VarianceScaling)


def test_module_objects_as_keras_2_passes_them():
    thing = lambda x: x
    assert deserialize_keras_object("thing", module_objects={"thing": thing}) is thing


def test_names_are_never_imported():
    for module, name in (
        ("os", "system"),
        ("subprocess", "Popen"),
        ("keras.src.utils", "get_file"),
        ("keras_core.saving", "load_model"),
        ("builtins", "eval"),
        ("keras.layers", "get"),
    ):
        for config in (
            {"module": module, "class_name": name, "config": {}, "registered_name": None},
            {"module": module, "class_name": name, "config": {}, "registered_name": name},
            {"module": module, "class_name": "function", "config": name, "registered_name": name},
        ):
            with pytest.raises(ValueError, match=name):
                deserialize_keras_object(config)


def test_nesting_has_a_limit():
    config = []
    for _ in range(5000):
        config = [config]
    with pytest.raises(ValueError, match="nested more than"):
        deserialize_keras_object(config)


def test_arrays_hold_numbers_only():
    with pytest.raises(ValueError):
        deserialize_keras_object({"class_name": "__numpy__", "config": {"value": ["a"], "dtype": "U999999999"}})
    with pytest.raises(ValueError):
        deserialize_keras_object({"class_name": "__numpy__", "config": {"value": ["a"], "dtype": "object"}})


def test_bytecode_is_never_read():
    config = {"class_name": "__lambda__", "config": {"value": ["4wEAAAA=", None, None]}}
    for safe_mode in (True, False, None):
        with pytest.raises(ValueError, match="bytecode"):
            deserialize_keras_object(config, safe_mode=safe_mode)


def test_a_function_that_no_name_leads_to_stays_in_configs_outside_of_a_save() -> None:
    class Holder(Layer):
        def __init__(self, functions: Any, **kwargs: Any) -> None:
            super().__init__(**kwargs)
            self.functions = functions

        def get_config(self) -> dict[str, Any]:
            return {**super().get_config(), "functions": self.functions}

    def mine(x: Any) -> Any:
        return x

    config = serialize_keras_object(Holder({"a": [mine, ops.square]}))["config"]["functions"]
    assert config["a"][0] is mine and config["a"][1]["config"] == "square"
    with copying() as custom_objects:
        config = serialize_keras_object(Holder({"a": [mine]}))["config"]["functions"]
    assert config["a"][0]["config"] == "mine" and custom_objects["mine"] is mine
