"""Texts and series on their way into a model, as programs of Keras 2 prepare them."""

import numpy as np
import pytest

keras = pytest.importorskip("keras")
from keras.layers import LSTM, Dense, Embedding  # noqa: E402
from keras.preprocessing.sequence import TimeseriesGenerator, pad_sequences  # noqa: E402
from keras.preprocessing.text import Tokenizer  # noqa: E402


def test_no_index_reaches_num_words():
    texts = ["good film", "bad film", "good fun", "bad bore"] * 8
    labels = np.array([1, 0, 1, 0] * 8)
    tokenizer = Tokenizer(num_words=4, oov_token="?")
    tokenizer.fit_on_texts(texts)
    x = pad_sequences(tokenizer.texts_to_sequences([*texts, "never seen"]), maxlen=3)
    assert x.max() == 3 and x[-1].tolist() == [0, 1, 1]
    keras.utils.set_random_seed(1)
    model = keras.Sequential([Embedding(4, 4), keras.layers.GlobalAveragePooling1D(), Dense(1, "sigmoid")])
    model.compile("adam", "binary_crossentropy")
    assert len(model.fit(x[:-1], labels, epochs=2, verbose=0).history["loss"]) == 2


@pytest.mark.parametrize("method", ["fit", "fit_generator"])
def test_windows_of_a_series(method):
    series = np.sin(np.arange(60) / 5).reshape(-1, 1)
    batches = TimeseriesGenerator(series, series, length=6, batch_size=9)
    keras.utils.set_random_seed(1)
    model = keras.Sequential([keras.Input((6, 1)), LSTM(3), Dense(1)])
    model.compile("adam", "mse")
    losses = getattr(model, method)(batches, epochs=3, verbose=0).history["loss"]
    assert losses[-1] < losses[0]
    predicted = model.predict(batches, verbose=0)
    assert predicted.shape == (54, 1)
    by_hand = np.mean((predicted - series[6:]) ** 2)
    np.testing.assert_allclose(model.evaluate(batches, verbose=0), by_hand, rtol=1e-4)


def test_a_data_set_of_windows():
    series = np.sin(np.arange(60) / 5).reshape(-1, 1).astype("float32")
    batches = keras.utils.timeseries_dataset_from_array(series[:-6], series[6:], 6, batch_size=9, shuffle=True, seed=1)
    keras.utils.set_random_seed(1)
    model = keras.Sequential([keras.Input((6, 1)), LSTM(3), Dense(1)])
    model.compile("adam", "mse")
    losses = model.fit(batches, epochs=3, verbose=0).history["loss"]
    assert losses[-1] < losses[0]
    plain = keras.preprocessing.timeseries_dataset_from_array(series, None, 6, batch_size=9)
    assert model.predict(plain, verbose=0).shape == (55, 1)
