"""Scripts of Keras 2 seed NumPy, and nothing else."""

import keras
import numpy as np
import pytest
from keras.layers import Dense, Dropout
from keras.models import Sequential
from keras_core.random import seeds


@pytest.fixture
def unseeded():
    """Seeds come from where they do until one is set."""
    kept = seeds.streams()
    view = np.random.Generator(np.random.get_bit_generator())
    seeds.set_streams(view, view)
    yield
    seeds.set_streams(*kept)


def curve():
    x = np.random.rand(40, 4).astype("float32")
    model = Sequential([Dense(8, activation="relu", input_dim=4), Dropout(0.3), Dense(1)])
    model.compile("sgd", "mse")
    return model.fit(x, x.sum(1, keepdims=True), batch_size=8, epochs=2, verbose=0).history["loss"]


def test_the_same_seed_gives_the_same_curve(unseeded):
    keras.random.uniform((1,))  # the generator of draws without a seed takes one when it is first needed
    np.random.seed(1337)
    first, second = curve(), curve()
    np.random.seed(1337)
    assert curve() == first != second
