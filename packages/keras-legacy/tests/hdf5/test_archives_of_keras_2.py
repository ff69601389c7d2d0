"""`.keras` files of tf.keras 2.12 to 2.21, whose configs are neither Keras 2's nor Keras 3's."""

import json
import zipfile

import keras_layers as layers
import numpy as np
import pytest
from keras_core import Input, Model
from keras_core.saving import load_model

pytest.importorskip("keras_optimizers")


@pytest.fixture
def archive(tmp_path):
    """A file of ours with the config that tf_keras 2.21 writes for the model, and the model."""
    inputs = Input((5, 3), name="in")
    x = layers.RNN(layers.LSTMCell(4, name="cell"), name="rnn")(inputs)
    model = Model(inputs, layers.Dense(2, activation="hard_sigmoid", name="last")(x), name="graph")
    model.compile("adam", "mse")
    ours, path = tmp_path / "ours.keras", tmp_path / "theirs.keras"
    model.save(ours)
    with zipfile.ZipFile(ours) as old, zipfile.ZipFile(path, "w") as new:
        config = json.loads(old.read("config.json"))
        config |= {"module": "keras.src.engine.functional", "registered_name": "Functional"}
        config["config"]["layers"][1]["config"]["time_major"] = False
        more = {"jit_compile": False, "is_legacy_optimizer": False}
        config["compile_config"]["optimizer"]["config"] |= more
        new.writestr("config.json", json.dumps(config))
        new.writestr("metadata.json", json.dumps({"keras_version": "2.21.0", "date_saved": ""}))
        new.writestr("model.weights.h5", old.read("model.weights.h5"))
    return path, model


def test_loads_with_its_training(archive):
    path, model = archive
    found = load_model(path)
    for mine, other in zip(found.get_weights(), model.get_weights(), strict=True):
        np.testing.assert_array_equal(mine, other)
    assert type(found.optimizer).__name__ == "Adam"


def test_hard_sigmoid_is_that_of_keras_2(archive):
    path, model = archive
    found = load_model(path)
    x = np.random.default_rng(0).normal(size=(2, 5, 3)).astype("float32")
    kernel, bias = model.get_layer("last").get_weights()
    hidden = np.asarray(Model(found.inputs, found.get_layer("rnn").output)(x))
    np.testing.assert_allclose(np.asarray(found(x)), np.clip(0.2 * (hidden @ kernel + bias) + 0.5, 0, 1), rtol=1e-5)
