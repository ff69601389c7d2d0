"""Configs of functional and Sequential models: written as Keras 3 does, read from Keras 3 and 2."""

from __future__ import annotations

import json

import numpy as np
import pytest
from keras_core import Model, Sequential, ops, tree
from keras_core.layers import Input
from keras_core.models import clone_model
from keras_core.saving import DeserializationError, model_from_config, register_keras_serializable


def reread(config):
    return json.loads(json.dumps(config))


def test_graph_comes_back(toys):
    model = toys.scrambled(toys.functional())
    again = Model.from_config(reread(model.get_config()))
    again.set_weights(model.get_weights())
    toys.same(again, model)
    assert [layer.name for layer in again.layers] == [layer.name for layer in model.layers]
    assert again.input_names == ["a", "b"] and again.name == "graph"


def test_config_is_a_fixed_point(toys):
    config = reread(toys.functional().get_config())
    assert reread(Model.from_config(config).get_config()) == config


def with_additions(toys):
    x = Input((2,), name="x")
    hidden = toys.Affine(3, name="hidden")(x)
    model = Model(x, toys.Affine(1, name="y")(hidden))
    model.add_loss(ops.mean(ops.square(hidden)))
    model.add_metric(ops.max(hidden), name="largest")
    return toys.scrambled(model)


def test_losses_and_metrics_that_were_added_to_the_graph_come_back(toys):
    model = with_additions(toys)
    again = Model.from_config(reread(model.get_config()))
    clone = clone_model(model)
    x = np.array([[1.0, -2.0], [0.5, 3.0]], "float32")
    expected = np.asarray(ops.convert_to_numpy(model.get_layer("hidden")(x)))
    for copy in (again, clone):
        copy.set_weights(model.get_weights())
        copy.compile("sgd")
        found = copy.evaluate(x, return_dict=True, verbose=0)
        np.testing.assert_allclose(found["loss"], np.mean(expected**2), rtol=1e-5)
        np.testing.assert_allclose(found["largest"], expected.max(), rtol=1e-5)


@pytest.mark.parametrize(
    "more",
    [
        {"added_losses": 3},
        {"added_losses": [["hidden", 0]]},
        {"added_losses": [["nowhere", 0, 0]]},
        {"added_metrics": [["hidden", 0, 0]]},
        {"added_metrics": [[3, ["hidden", 0, 0]]]},
    ],
)
def test_additions_that_no_model_has_are_refused(toys, more):
    with pytest.raises(DeserializationError):
        Model.from_config({**with_additions(toys).get_config(), **more})


def test_layout_of_calls(toys):
    config = reread(toys.functional().get_config())
    entries = {entry["name"]: entry for entry in config["layers"]}
    assert config["input_layers"] == [["a", 0, 0], ["b", 0, 0]]
    assert config["output_layers"] == {"one": ["pair", 0, 0], "two": ["pair", 0, 1]}
    calls = entries["shared"]["inbound_nodes"]
    assert [call["args"][0]["config"]["keras_history"] for call in calls] == [["a", 0, 0], ["b", 0, 0]]
    assert entries["multiply"]["module"] == "keras.src.ops.numpy"
    assert entries["multiply"]["inbound_nodes"][0]["args"][1] == 2.0
    assert entries["concatenate"]["config"] == {"name": "concatenate", "axis": -1} or (
        entries["concatenate"]["config"] == {"name": "concatenate"}
    )
    assert entries["pair"]["inbound_nodes"][0]["kwargs"] == {"scale": 3.0}
    assert entries["inner"]["class_name"] == "Sequential"


def test_single_ends_stay_single_and_lists_stay_lists(toys):
    x = Input((2,), name="x")
    y = toys.Affine(1, name="y")(x)
    assert Model(x, y).get_config()["input_layers"] == ["x", 0, 0]
    again = Model.from_config(reread(Model([x], [y]).get_config()))
    assert isinstance(again(np.ones((1, 2), "float32")), list)


@pytest.mark.parametrize("kind", ["outputs", "inputs"])
def test_tuples_are_tuples_again(toys, kind):
    a, b, c = (Input((3,), name=name) for name in "abc")
    nested = ({"z": [toys.Affine(2)(a)], "y": (toys.Affine(2)(b), toys.Affine(2)(c))}, [toys.Affine(2)(a)])
    given = {"inputs": [a, b, c], "outputs": nested} if kind == "outputs" else {"inputs": (a, (b, c)), "outputs": [a]}
    model = Model(**given)
    config = json.loads(json.dumps(model.get_config()))
    made = Model.from_config(config)
    graph = made.symbolic_graph
    for found, first in (
        (graph.inputs_structure, model.symbolic_graph.inputs_structure),
        (graph.outputs_structure, model.symbolic_graph.outputs_structure),
    ):
        assert tree.map_structure(lambda _: 0, found) == tree.map_structure(lambda _: 0, first)
        assert str(tree.map_structure(lambda t: t.shape, found)) == str(tree.map_structure(lambda t: t.shape, first))
    key = f"{kind.removesuffix('s')}_tuples"
    assert config[key] == ([[], [0, "y"]] if kind == "outputs" else [[], [1]])
    with pytest.raises(DeserializationError, match=f"'{key}' must be a list of lists of keys, got 'all'"):
        Model.from_config({**config, key: "all"})


def test_order_of_layers_in_the_file_does_not_matter(toys):
    model = toys.scrambled(toys.functional())
    config = reread(model.get_config())
    config["layers"].reverse()
    again = Model.from_config(config)
    for layer in again.layers:
        layer.set_weights(model.get_layer(layer.name).get_weights())
    toys.same(again, model)


def test_masks_are_filled_in_again_and_not_written(toys):
    @register_keras_serializable("functional_tests")
    class Masker(toys.Affine):
        def compute_mask(self, inputs, mask=None):
            return ops.not_equal(ops.max(inputs, axis=-1), 0.0)

    @register_keras_serializable("functional_tests")
    class Masked(toys.Affine):
        def call(self, inputs, mask=None):
            return inputs if mask is None else inputs * ops.expand_dims(ops.cast(mask, "float32"), -1)

    x = Input((3, 2))
    model = Model(x, Masked(1)(Masker(2)(x)))
    config = reread(model.get_config())
    assert len(config["layers"]) == 3
    assert config["layers"][-1]["inbound_nodes"][0]["kwargs"] == {}
    again = Model.from_config(config)
    value = np.array([[[0, 0], [1, 2], [3, -1]]], "float32")
    again.set_weights(model.get_weights())
    np.testing.assert_allclose(np.asarray(again(value)), np.asarray(model(value)))


def test_explicit_mask_is_written_with_the_ops_it_needs(toys):
    @register_keras_serializable("functional_tests", "Given")
    class Given(toys.Affine):
        def call(self, inputs, mask=None):
            return inputs * ops.expand_dims(ops.cast(mask, "float32"), -1)

    x, m = Input((3, 2)), Input((3,))
    model = Model([x, m], Given(2)(x, mask=ops.greater(m, 0.5)))
    again = Model.from_config(reread(model.get_config()))
    value = [np.ones((1, 3, 2), "float32"), np.array([[0.0, 1.0, 0.6]], "float32")]
    np.testing.assert_allclose(np.asarray(again(value))[0, :, 0], [0, 1, 1])


def test_sequential_built_and_not_built(toys):
    model = toys.sequential()
    again = Sequential.from_config(reread(model.get_config()))
    assert again.built and [w.shape for w in again.get_weights()] == [w.shape for w in model.get_weights()]
    deferred = Sequential([toys.Affine(2)])
    again = Sequential.from_config(reread(deferred.get_config()))
    assert not again.built
    again.build((None, 3))
    assert again.get_weights()[0].shape == (3, 2)


def test_not_trainable_models_stay_so(toys):
    model = toys.functional()
    model.trainable = False
    assert Model.from_config(reread(model.get_config())).trainable_weights == []


KERAS_2_FUNCTIONAL = {
    "class_name": "Model",
    "config": {
        "name": "model_1",
        "layers": [
            {
                "name": "input_1",
                "class_name": "InputLayer",
                "inbound_nodes": [],
                "config": {"batch_input_shape": [None, 4], "dtype": "float32", "sparse": False, "name": "input_1"},
            },
            {
                "name": "shared",
                "class_name": "Affine",
                "config": {"name": "shared", "units": 4, "trainable": True},
                "inbound_nodes": [[["input_1", 0, 0, {}]], [["shared", 0, 0, {}]]],
            },
            {
                "name": "pair",
                "class_name": "Pair",
                "config": {"name": "pair"},
                "inbound_nodes": [[["shared", 0, 0, {"scale": 2.0}], ["shared", 1, 0, {}]]],
            },
        ],
        "input_layers": [["input_1", 0, 0]],
        "output_layers": [["pair", 0, 0]],
    },
    "keras_version": "2.3.1",
    "backend": "tensorflow",
}


def test_keras_2_functional_config(toys):
    model = model_from_config(KERAS_2_FUNCTIONAL)
    assert type(model).__name__ == "Functional" and model.name == "model_1"
    x = np.random.default_rng(0).normal(size=(2, 4)).astype("float32")
    shared, pair = model.get_layer("shared"), model.get_layer("pair")
    expected = np.asarray(pair([shared(x), shared(shared(x))], scale=2.0)[0])
    found = model(x)
    assert not isinstance(found, (list, tuple))
    np.testing.assert_allclose(np.asarray(found), expected, rtol=1e-6)


@pytest.mark.parametrize("listed", [True, False])
def test_keras_2_sequential_config(toys, listed):
    layers = [
        {"class_name": "Affine", "config": {"name": "one", "units": 3, "batch_input_shape": [None, 2]}},
        {"class_name": "Affine", "config": {"name": "two", "units": 1}},
    ]
    config = layers if listed else {"name": "sequential_1", "layers": layers}
    model = model_from_config({"class_name": "Sequential", "config": config})
    assert [w.shape for w in model.get_weights()] == [(2, 3), (3,), (3, 1), (1,)]


class TestBadConfigs:
    @pytest.fixture
    def config(self, toys):
        return reread(toys.functional().get_config())

    def test_missing_part(self, config):
        del config["output_layers"]
        with pytest.raises(ValueError, match="lacks 'output_layers'"):
            from keras_core.saving.functional_config import functional_from_config

            functional_from_config(Model, config)

    def test_calls_that_wait_for_each_other(self, config):
        shared = next(entry for entry in config["layers"] if entry["name"] == "shared")
        shared["inbound_nodes"][0]["args"][0]["config"]["keras_history"] = ["pair", 0, 0]
        with pytest.raises(ValueError, match=r"calls of .*shared.* depend on tensors that no layer gives"):
            Model.from_config(config)

    def test_output_that_does_not_exist(self, config):
        config["output_layers"]["one"] = ["pair", 0, 7]
        with pytest.raises(ValueError, match="output 7 of call 0 of 'pair'"):
            Model.from_config(config)

    @pytest.mark.parametrize("history", [None, "a", ["a", 0], ["a", -1, 0], ["a", 0, 0.5], [["a"], 0, 0]])
    def test_malformed_reference(self, config, history):
        shared = next(entry for entry in config["layers"] if entry["name"] == "shared")
        shared["inbound_nodes"][0]["args"][0]["config"]["keras_history"] = history
        with pytest.raises(ValueError, match="layer name, call number, output index"):
            Model.from_config(config)

    def test_two_layers_of_one_name(self, config):
        config["layers"].append(config["layers"][0])
        with pytest.raises(ValueError, match="'a'"):
            Model.from_config(config)

    def test_something_that_is_no_layer(self, config):
        config["layers"][0] = {
            "module": "keras.metrics",
            "class_name": "Mean",
            "config": {},
            "registered_name": None,
            "name": "a",
            "inbound_nodes": [],
        }
        with pytest.raises(ValueError, match="'a' is not a layer"):
            Model.from_config(config)

    def test_unknown_op(self, config):
        entry = next(entry for entry in config["layers"] if entry["name"] == "multiply")
        entry["class_name"] = "System"
        with pytest.raises(ValueError, match="Unknown op 'System'"):
            Model.from_config(config)
