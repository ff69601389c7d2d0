import json
import warnings

import numpy as np
import pytest
from keras_conformance import Case, LayerContract
from keras_core import Input, KerasTensor, Sequential, layers, ops, saving
from keras_layers import Lambda


@saving.register_keras_serializable("tests")
def scaled(x, factor=2.0):
    return x * factor


def unregistered(x):
    return x + 1


class TestLambda(LayerContract):
    layer = Lambda
    masks = False
    computes = False
    cases = [
        Case((2, 3), {"function": scaled}),
        Case((2, 3), {"function": scaled, "arguments": {"factor": 3.0}, "output_shape": (3,)}),
    ]

    def reference(self, inputs, weights, function, arguments=None, output_shape=None):
        return function(inputs, **(arguments or {}))


def test_the_function_gets_training_and_mask_if_it_takes_them():
    layer = Lambda(lambda x, training=None, mask=None: x * 0 if training else x)
    x = np.ones((1, 2), "float32")
    assert np.asarray(layer(x, training=True)).sum() == 0
    assert np.asarray(layer(x)).sum() == 2


def test_output_shape_and_mask_may_be_given():
    layer = Lambda(lambda x: x[:, 1:], output_shape=lambda shape: (shape[0], shape[1] - 1), mask=lambda x, mask: mask)
    assert layer.compute_output_shape((None, 4)) == (None, 3)
    mask = np.ones((1, 4), bool)
    assert layer.compute_mask(np.ones((1, 4)), mask) is mask
    assert Lambda(ops.square, output_shape=(7,)).compute_output_shape((None, 4)) == (None, 7)
    assert Lambda(ops.square)(KerasTensor((None, 4))).shape == (None, 4)


def test_a_registered_function_is_saved_by_its_name():
    config = json.loads(json.dumps(Lambda(scaled).get_config()))
    assert config["function"]["config"] == "tests>scaled"
    assert Lambda.from_config(config).function is scaled


def test_an_unregistered_function_is_found_among_custom_objects_only():
    layer = Lambda(unregistered, name="plus")
    assert layer.get_config()["function"] is unregistered  # in one process
    config = layer.get_config() | {"function": saving.serialize_keras_object(unregistered)}  # in a file
    assert config["function"]["config"] == "unregistered"
    with pytest.raises(ValueError, match=r"Lambda 'plus' names its function 'unregistered'.*custom_objects="):
        Lambda.from_config(config)
    assert Lambda.from_config(config, custom_objects={"unregistered": unregistered}).function is unregistered
    assert Lambda.from_config(config, custom_objects={"plus": scaled}).function is scaled
    with saving.custom_object_scope({"unregistered": unregistered}):
        assert Lambda.from_config(config).function is unregistered
    serialized = layers.serialize(Lambda(unregistered, name="plus"))
    assert layers.deserialize(serialized, custom_objects={"unregistered": unregistered}).function is unregistered


def test_saving_a_nameless_function_warns_with_the_remedy(tmp_path):
    model = Sequential([Input((2,)), Lambda(lambda x: x, name="same")])
    with pytest.warns(UserWarning, match=r"custom_objects=.*make it a function with `def`"):
        model.save(tmp_path / "model.keras")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        Sequential([Input((2,)), Lambda(scaled)]).save(tmp_path / "model.keras")


@pytest.mark.parametrize(
    "function",
    [
        {"class_name": "__lambda__", "config": {"code": "4wEAAAA=", "defaults": None, "closure": None}},
        ["4wEAAAA=", None, None],
        {"class_name": "function", "config": "system", "module": "os"},
    ],
)
def test_code_and_foreign_names_in_a_config_are_refused(function):
    config = {"name": "evil", "function": function, "function_type": "lambda"}
    with pytest.raises(ValueError, match=r"Lambda 'evil'.*never run.*custom_objects="):
        Lambda.from_config(config)
    assert Lambda.from_config(config, custom_objects={"evil": unregistered}).function is unregistered


def test_the_function_must_be_callable():
    with pytest.raises(ValueError, match="function must be callable"):
        Lambda(3)
