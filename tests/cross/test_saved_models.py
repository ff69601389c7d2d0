"""Models of real layers, saved in the middle of training and loaded, go on exactly as before."""

from __future__ import annotations

import importlib.metadata
import json
import warnings

import h5py
import keras_core
import keras_layers as layers
import keras_optimizers as optimizers
import keras_preprocessing.layers as preprocessing
import numpy as np
import pytest
from keras_core import Model, Sequential, losses, metrics, objects
from keras_core.layers import Input
from keras_core.optimizers import LossScaleOptimizer
from keras_core.saving import deserialize_keras_object, load_model, model_from_json, serialize_keras_object


def data() -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(0)
    return rng.normal(size=(24, 6)).astype("float32"), rng.normal(size=(24, 2)).astype("float32")


def noisy() -> Sequential:
    """Random state in a layer, in a cell and in a wrapper, and moving statistics."""
    return Sequential(
        [
            Input((6,)),
            layers.Dense(8, activation="relu", kernel_regularizer="l2"),
            layers.Dropout(0.3),
            layers.BatchNormalization(),
            layers.Reshape((4, 2)),
            layers.GaussianNoise(0.1),
            layers.Bidirectional(layers.LSTM(3, dropout=0.2, recurrent_dropout=0.2)),
            layers.Dense(2),
        ]
    )


@pytest.mark.parametrize("optimizer", ["sgd", "adam", "rmsprop"])
def test_training_goes_on_exactly(optimizer, tmp_path, needs_train):
    x, y = data()
    model = noisy()
    model.compile(optimizer=optimizer, loss="mse", metrics=["mae"])
    model.fit(x, y, epochs=2, batch_size=8, verbose=0, shuffle=False)
    model.save(tmp_path / "model.keras")
    again = load_model(tmp_path / "model.keras")
    kept = model.fit(x, y, epochs=2, batch_size=8, verbose=0, shuffle=False).history
    found = again.fit(x, y, epochs=2, batch_size=8, verbose=0, shuffle=False).history
    assert set(found) == set(kept)
    for key in kept:
        np.testing.assert_allclose(found[key], kept[key], rtol=1e-6)
    for a, b in zip(model.get_weights(), again.get_weights()):
        np.testing.assert_allclose(a, b, rtol=1e-5, atol=1e-7)


def test_compile_arguments_of_every_form_come_back(tmp_path, needs_train):
    x, y = data()
    start = Input((6,))
    model = Model(start, {"a": layers.Dense(2, name="a")(start), "b": layers.Dense(2, name="b")(start)})
    model.compile(
        optimizer=optimizers.SGD(optimizers.schedules.ExponentialDecay(0.1, 2, 0.5), momentum=0.9, clipnorm=1.0),
        loss={"a": losses.Huber(delta=0.5), "b": losses.mean_absolute_error},
        loss_weights={"a": 0.3, "b": 2.0},
        metrics={"a": [metrics.MeanSquaredError(name="square")], "b": ["mae"]},
    )
    model.fit(x, {"a": y, "b": y}, epochs=1, batch_size=8, verbose=0)
    model.save(tmp_path / "model.keras")
    again = load_model(tmp_path / "model.keras")
    kept = model.evaluate(x, {"a": y, "b": y}, verbose=0, return_dict=True)
    found = again.evaluate(x, {"a": y, "b": y}, verbose=0, return_dict=True)
    assert set(found) == set(kept)
    for key in kept:
        np.testing.assert_allclose(found[key], kept[key], rtol=1e-6)
    assert int(again.optimizer.iterations) == 3


# --- what Keras 2.3 wrote -------------------------------------------------------------------------


@pytest.fixture
def without(monkeypatch):
    """Make the installation look as if a distribution were missing."""

    def hide(distribution: str) -> None:
        entry_points = importlib.metadata.entry_points

        def others(group: str) -> list:
            return [point for point in entry_points(group=group) if point.dist.name != distribution]

        monkeypatch.setattr(objects.importlib.metadata, "entry_points", others)
        clear()

    def clear() -> None:
        objects._catalogues.cache_clear()
        objects._names_by_plain.cache_clear()

    yield hide
    monkeypatch.undo()
    clear()


class TestLoadedWithoutTheOptimizers:
    """What needs a package that is missing is left out, and one warning says so."""

    def saved(self, tmp_path, **arguments) -> tuple[Model, str]:
        model = Sequential([Input((4,)), layers.Dense(3)], name="digits")
        model.compile(**{"loss": "mse", "optimizer": optimizers.Adam(0.01)} | arguments)
        model.optimizer.build(model.trainable_variables)
        path = str(tmp_path / "model.keras")
        model.save(path)
        return model, path

    def load(self, path: str, **arguments) -> tuple[Model, list[str]]:
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            model = load_model(path, **arguments)
        return model, [str(one.message) for one in caught]

    @pytest.mark.parametrize("form", ["name", "instance", "schedule", "scaled"])
    def test_it_predicts_and_one_warning_names_the_package(self, form, tmp_path, without):
        rate = optimizers.schedules.ExponentialDecay(0.1, 10, 0.9) if form == "schedule" else 0.1
        optimizer = "adam" if form == "name" else optimizers.SGD(rate)
        model, path = self.saved(tmp_path, optimizer=LossScaleOptimizer(optimizer) if form == "scaled" else optimizer)
        without("keras-optimizers")
        again, said = self.load(path)
        assert not again.compiled and again.optimizer is None
        x = np.ones((2, 4), "float32")
        np.testing.assert_array_equal(again.predict(x, verbose=0), model.predict(x, verbose=0))
        (message,) = said
        assert "Model 'digits' was loaded without being compiled" in message
        assert f"'{'Adam' if form == 'name' else 'SGD'}' of keras-optimizers" in message
        assert "pip install ./packages/keras-optimizers" in message

    def test_an_optimizer_that_stands_as_a_name(self, tmp_path, without):
        model, _ = self.saved(tmp_path)
        config = serialize_keras_object(model)
        config["compile_config"]["optimizer"] = "rmsprop"
        without("keras-optimizers")
        with pytest.warns(UserWarning, match="'rmsprop' of keras-optimizers"):
            assert not deserialize_keras_object(config).compiled

    def test_nothing_is_said_of_a_model_that_is_not_to_be_compiled(self, tmp_path, without):
        _, path = self.saved(tmp_path)
        without("keras-optimizers")
        again, said = self.load(path, compile=False)
        assert not again.compiled and not said

    def test_models_inside_are_named_in_the_same_warning(self, tmp_path, without):
        inner, _ = self.saved(tmp_path)
        outer = Sequential([Input((4,)), inner], name="outer")
        outer.compile("sgd", "mse")
        outer.save(tmp_path / "outer.keras")
        without("keras-optimizers")
        again, (message,) = self.load(str(tmp_path / "outer.keras"))
        assert not again.compiled and "'digits', 'outer'" in message

    def test_other_unknown_names_are_still_errors(self, tmp_path, without):
        def own_loss(y_true, y_pred):
            return y_pred

        with pytest.warns(UserWarning, match="own_loss"):
            _, path = self.saved(tmp_path, loss=own_loss)
        without("keras-optimizers")
        with pytest.raises(ValueError, match="own_loss"):
            load_model(path)
        again, _ = self.load(path, custom_objects={"own_loss": own_loss})
        assert not again.compiled

    def test_a_missing_layer_is_still_an_error(self, tmp_path, without):
        _, path = self.saved(tmp_path)
        without("keras-layers")
        with pytest.raises(ValueError, match="'Dense' is provided by keras-layers, which is not installed"):
            load_model(path)


def scaling(distribution: str = "uniform") -> dict:
    config = {"scale": 1.0, "mode": "fan_avg", "distribution": distribution, "seed": None}
    return {"class_name": "VarianceScaling", "config": config}


ZEROS = {"class_name": "Zeros", "config": {}}
ONES = {"class_name": "Ones", "config": {}}
NOTHING = dict.fromkeys(
    ("kernel_regularizer", "bias_regularizer", "activity_regularizer", "kernel_constraint", "bias_constraint")
)


def dense(name: str, units: int, activation: str, **more) -> dict:
    config = {
        "name": name,
        "trainable": True,
        "dtype": "float32",
        "units": units,
        "activation": activation,
        "use_bias": True,
        "kernel_initializer": scaling(),
        "bias_initializer": ZEROS,
        **NOTHING,
        **more,
    }
    return {"class_name": "Dense", "config": config}


def conv(name: str, filters: int, **more) -> dict:
    config = {
        "name": name,
        "trainable": True,
        "dtype": "float32",
        "filters": filters,
        "kernel_size": [3, 3],
        "strides": [1, 1],
        "padding": "valid",
        "data_format": "channels_last",
        "dilation_rate": [1, 1],
        "activation": "relu",
        "use_bias": True,
        "kernel_initializer": scaling(),
        "bias_initializer": ZEROS,
        **NOTHING,
        **more,
    }
    return {"class_name": "Conv2D", "config": config}


def lstm(name: str, units: int, **more) -> dict:
    config = {
        "name": name,
        "trainable": True,
        "dtype": "float32",
        "return_sequences": False,
        "return_state": False,
        "go_backwards": False,
        "stateful": False,
        "unroll": False,
        "units": units,
        "activation": "tanh",
        "recurrent_activation": "sigmoid",
        "use_bias": True,
        "kernel_initializer": scaling(),
        "recurrent_initializer": {"class_name": "Orthogonal", "config": {"gain": 1.0, "seed": None}},
        "bias_initializer": ZEROS,
        "unit_forget_bias": True,
        **NOTHING,
        "recurrent_regularizer": None,
        "recurrent_constraint": None,
        "dropout": 0.0,
        "recurrent_dropout": 0.0,
        "implementation": 2,
        **more,
    }
    return {"class_name": "LSTM", "config": config}


def plain(class_name: str, name: str, **more) -> dict:
    return {"class_name": class_name, "config": {"name": name, "trainable": True, "dtype": "float32", **more}}


NORMALIZATION = {
    "axis": -1,
    "momentum": 0.99,
    "epsilon": 0.001,
    "center": True,
    "scale": True,
    "beta_initializer": ZEROS,
    "gamma_initializer": ONES,
    "moving_mean_initializer": ZEROS,
    "moving_variance_initializer": ONES,
    "beta_regularizer": None,
    "gamma_regularizer": None,
    "beta_constraint": None,
    "gamma_constraint": None,
}


def read(class_name: str, config) -> Model:
    written = {"class_name": class_name, "config": config, "keras_version": "2.3.1", "backend": "tensorflow"}
    return model_from_json(json.dumps(written))


def test_keras_2_convolutional_network():
    model = read(
        "Sequential",
        {
            "name": "sequential_1",
            "layers": [
                conv("conv2d_1", 4, batch_input_shape=[None, 8, 8, 1]),
                plain("BatchNormalization", "bn", **NORMALIZATION),
                plain(
                    "MaxPooling2D",
                    "pool",
                    pool_size=[2, 2],
                    padding="valid",
                    strides=[2, 2],
                    data_format="channels_last",
                ),
                plain("Dropout", "dropout_1", rate=0.25, noise_shape=None, seed=None),
                plain("Flatten", "flatten_1", data_format="channels_last"),
                dense("dense_1", 3, "softmax"),
            ],
        },
    )
    assert [w.shape for w in model.get_weights()] == [(3, 3, 1, 4), (4,), (4,), (4,), (4,), (4,), (36, 3), (3,)]
    found = np.asarray(model(np.ones((2, 8, 8, 1), "float32")))
    np.testing.assert_allclose(found.sum(axis=-1), 1.0, rtol=1e-5)


def test_keras_2_recurrent_network_with_wrappers():
    inner = lstm("lstm_1", 4, return_sequences=True)
    model = read(
        "Sequential",
        {
            "name": "sequential_1",
            "layers": [
                plain(
                    "Embedding",
                    "embedding_1",
                    batch_input_shape=[None, 5],
                    input_dim=10,
                    output_dim=3,
                    mask_zero=True,
                    input_length=5,
                    embeddings_initializer={
                        "class_name": "RandomUniform",
                        "config": {"minval": -0.05, "maxval": 0.05, "seed": None},
                    },
                    embeddings_regularizer=None,
                    activity_regularizer=None,
                    embeddings_constraint=None,
                ),
                plain("Bidirectional", "bidirectional_1", layer=inner, merge_mode="concat"),
                plain("TimeDistributed", "time_distributed_1", layer=dense("dense_1", 2, "relu")),
                lstm("lstm_2", 3),
            ],
        },
    )
    found = model(np.array([[1, 2, 0, 0, 0]], "int32"))
    assert np.asarray(found).shape == (1, 3)
    assert [w.shape for w in model.get_weights()][:4] == [(10, 3), (3, 16), (4, 16), (16,)]


def test_keras_2_graph_with_merging_and_shared_layers():
    def start(name):
        config = {"batch_input_shape": [None, 3], "dtype": "float32", "sparse": False, "name": name}
        return {"name": name, "class_name": "InputLayer", "config": config, "inbound_nodes": []}

    model = read(
        "Model",
        {
            "name": "model_1",
            "layers": [
                start("left"),
                start("right"),
                {
                    "name": "shared",
                    **dense("shared", 3, "tanh"),
                    "inbound_nodes": [[["left", 0, 0, {}]], [["right", 0, 0, {}]]],
                },
                {
                    "name": "joined",
                    **plain("Concatenate", "joined", axis=-1),
                    "inbound_nodes": [[["shared", 0, 0, {}], ["shared", 1, 0, {}]]],
                },
                {"name": "out", **dense("out", 2, "linear"), "inbound_nodes": [[["joined", 0, 0, {}]]]},
            ],
            "input_layers": [["left", 0, 0], ["right", 0, 0]],
            "output_layers": [["out", 0, 0]],
        },
    )
    assert model.input_names == ["left", "right"] and len(model.weights) == 4
    x = [np.ones((2, 3), "float32"), np.zeros((2, 3), "float32")]
    kernel, bias, last, last_bias = model.get_weights()
    joined = np.concatenate([np.tanh(x[0] @ kernel + bias), np.tanh(x[1] @ kernel + bias)], axis=-1)
    np.testing.assert_allclose(np.asarray(model(x)), joined @ last + last_bias, rtol=1e-5, atol=1e-6)


def test_keras_2_lambda_is_supplied_by_its_functions_name():
    config = plain(
        "Lambda",
        "lambda_1",
        function="twice",
        function_type="function",
        module="__main__",
        output_shape=None,
        output_shape_type="raw",
        output_shape_module=None,
        arguments={},
        batch_input_shape=[None, 2],
    )
    written = {"class_name": "Sequential", "config": {"name": "s", "layers": [config]}, "keras_version": "2.3.1"}
    with pytest.raises(ValueError, match=r"lambda_1.*custom_objects"):
        model_from_json(json.dumps(written))
    model = model_from_json(json.dumps(written), custom_objects={"twice": lambda x: x * 2.0})
    np.testing.assert_allclose(np.asarray(model(np.ones((1, 2), "float32"))), [[2.0, 2.0]])


def test_ops_and_activations_in_a_lambda_need_nothing(tmp_path):
    model = Sequential([Input((2,)), layers.Lambda(keras_core.ops.square), layers.Lambda(keras_core.activations.tanh)])
    model.save(tmp_path / "model.keras")
    again = load_model(tmp_path / "model.keras")
    x = np.array([[0.5, -2.0]], "float32")
    np.testing.assert_allclose(np.asarray(again(x)), np.tanh(x**2), rtol=1e-5)


def test_layers_that_prepare_data_have_the_arguments_of_keras_2_in_h5(tmp_path):
    """By the signatures of tf.keras 2.15; its base class takes the four of every layer, and a dtype of its own."""
    image, texts = Input((8, 8, 3)), Input((1,), dtype="string")
    moves = "fill_mode interpolation seed fill_value"
    expected = {
        preprocessing.CenterCrop(4, 4): "height width",
        preprocessing.Resizing(4, 4): "height width interpolation crop_to_aspect_ratio",
        preprocessing.RandomBrightness(0.1): "factor value_range seed",
        preprocessing.RandomContrast(0.1): "factor seed",
        preprocessing.RandomCrop(4, 4): "height width seed",
        preprocessing.RandomFlip(): "mode seed",
        preprocessing.RandomRotation(0.1): f"factor {moves}",
        preprocessing.RandomTranslation(0.1, 0.1): f"height_factor width_factor {moves}",
        preprocessing.RandomZoom(0.1): f"height_factor width_factor {moves}",
    }
    strings = preprocessing.StringLookup(vocabulary=["a"])
    vectors = preprocessing.TextVectorization(vocabulary=["a"], output_mode="multi_hot")
    outputs = [layer(image) for layer in expected] + [strings(texts), vectors(texts)]
    path = tmp_path / "m.h5"
    Model([image, texts], outputs).save(path)
    with h5py.File(path) as file:
        entries = json.loads(file.attrs["model_config"])["config"]["layers"]
    configs = {entry["class_name"]: entry["config"] for entry in entries}
    for layer, arguments in expected.items():
        assert configs[type(layer).__name__].keys() == {"name", "trainable", "dtype", *arguments.split()}
    assert "salt" not in configs["StringLookup"] and configs["StringLookup"]["dtype"] == "int64"
    assert configs["TextVectorization"]["dtype"] == "string"
    again = {type(layer): layer for layer in load_model(path).layers}
    for layer in (*expected, strings, vectors):
        assert again[type(layer)].get_config() == layer.get_config()
