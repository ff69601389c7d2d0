"""An Embedding as the first layer of a stack that is given no input shape."""

import numpy as np
import pytest

keras = pytest.importorskip("keras")
from keras import layers  # noqa: E402

IDS = np.array([[1, 2, 3], [3, 0, 1]])


def test_it_is_built_at_once():
    model = keras.Sequential()
    model.add(layers.Embedding(5, 2))
    model.add(layers.LSTM(3))
    assert model.built and model.input_shape == (None, None) and model.count_params() == 5 * 2 + 4 * 3 * (2 + 3 + 1)
    table = np.arange(10.0).reshape(5, 2)
    model.layers[0].set_weights([table])
    model.build()
    features = keras.Model(model.input, model.layers[0].output)
    np.testing.assert_allclose(features.predict(IDS, verbose=0), table[IDS])
    assert model.predict(IDS[:, :2], verbose=0).shape == (2, 3)


def test_layers_that_need_the_length_wait_for_data():
    model = keras.Sequential([layers.Embedding(5, 2), layers.Flatten(), layers.Dense(1)])
    assert not model.built
    model.compile("sgd", "mse")
    model.fit(IDS, np.zeros((2, 1)), verbose=0)
    assert model.output_shape == (None, 1) and model.layers[-1].get_weights()[0].shape == (6, 1)
    other = keras.Sequential([layers.Embedding(5, 2), layers.Flatten()])
    other.build((None, 4))
    assert other.output_shape == (None, 8)


@pytest.mark.parametrize("ids", [IDS[0], IDS[None]])
def test_ids_of_other_ranks(ids):
    for use in ("call", "predict"):
        model = keras.Sequential([layers.Embedding(5, 2)])
        model.layers[0].set_weights([np.arange(10.0).reshape(5, 2)])
        found = model.predict(ids, verbose=0) if use == "predict" else keras.ops.convert_to_numpy(model(ids))
        np.testing.assert_allclose(found, np.arange(10.0).reshape(5, 2)[ids])


def test_another_layer_takes_its_place():
    model = keras.Sequential([layers.Embedding(5, 2)])
    model.pop()
    model.add(layers.Dense(2))
    assert model.predict(np.ones((3, 4), "float32"), verbose=0).shape == (3, 2)
