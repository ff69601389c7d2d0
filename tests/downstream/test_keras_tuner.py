"""Searches of KerasTuner, as its guide shows them."""

import keras
import keras_tuner
import numpy as np
import pytest


def build(hp):
    model = keras.Sequential(
        [
            keras.Input((8,)),
            keras.layers.Dense(hp.Int("units", 4, 16, step=4), activation=hp.Choice("activation", ["relu", "tanh"])),
            keras.layers.Dense(1, activation="sigmoid"),
        ]
    )
    rate = hp.Float("rate", 1e-3, 1e-1, sampling="log")
    model.compile(keras.optimizers.Adam(rate), loss="binary_crossentropy", metrics=["accuracy"])
    return model


@pytest.fixture
def data():
    x = np.random.default_rng(0).normal(size=(96, 8)).astype("float32")
    return x, (x.sum(1) > 0).astype("float32")


@pytest.mark.parametrize("search", ["RandomSearch", "BayesianOptimization", "Hyperband", "GridSearch"])
def test_a_search_finds_a_model_that_predicts(search, data, tmp_path):
    limit = {"max_epochs": 3} if search == "Hyperband" else {"max_trials": 3}
    tuner = getattr(keras_tuner, search)(build, "val_accuracy", directory=tmp_path, project_name="p", seed=1, **limit)
    tuner.search(*data, epochs=2, validation_split=0.25, verbose=0)
    best = tuner.get_best_hyperparameters()[0]
    assert {"units", "activation", "rate"} <= best.values.keys()
    model = tuner.get_best_models()[0]
    assert model.layers[0].units == best["units"] and model.predict(data[0], verbose=0).shape == (96, 1)
    assert build(best).layers[0].units == best["units"]
