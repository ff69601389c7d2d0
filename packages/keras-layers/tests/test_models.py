"""Layers together: built, trained, saved and used in models."""

import keras_layers as kl
import numpy as np
import pytest
from keras_core import Input, Model, Sequential, set_random_seed
from keras_core.saving import load_model

RNG = np.random.default_rng(0)
IMAGES = RNG.normal(size=(32, 8, 8, 3)).astype("float32")
SEQUENCES = IMAGES.reshape(32, 8, 24)
TARGETS = IMAGES.mean((1, 2, 3), keepdims=True)[:, 0, 0] * 10
WORDS = RNG.integers(1, 20, size=(32, 7)) * (np.arange(7) < 5)


def image_model():
    return Sequential(
        [
            kl.Conv2D(4, 3, activation="relu", input_shape=(8, 8, 3)),
            kl.BatchNormalization(),
            kl.SpatialDropout2D(0.1, seed=1),
            kl.MaxPooling2D(),
            kl.SeparableConv2D(4, 2),
            kl.Flatten(),
            kl.GaussianNoise(0.01, seed=2),
            kl.Dense(1),
        ]
    )


def enlarging_model():
    inputs = Input((8, 8, 3))
    small = kl.AveragePooling2D()(kl.ZeroPadding2D(1)(inputs))
    large = kl.Cropping2D(1)(kl.Conv2DTranspose(3, 3, strides=2, padding="same")(small))
    both = kl.concatenate([large, inputs])
    return Model(inputs, kl.Dense(1)(kl.GlobalAveragePooling2D()(kl.LeakyReLU(alpha=0.1)(both))))


def sequence_model():
    inputs = Input((8, 24))
    steps = kl.TimeDistributed(kl.Dense(4, activation="tanh"))(inputs)
    mixed = kl.add([steps, kl.Conv1D(4, 3, padding="causal")(steps)])
    last = kl.RNN([kl.LSTMCell(3), kl.GRUCell(2)])(kl.LayerNormalization()(mixed))
    return Model(inputs, kl.Dense(1)(kl.concatenate([last, kl.GlobalMaxPooling1D()(mixed)])))


def text_model():
    return Sequential(
        [
            kl.Embedding(20, 4, mask_zero=True, input_length=7),
            kl.LSTM(4, return_sequences=True, dropout=0.1, recurrent_dropout=0.1, seed=3),
            kl.Bidirectional(kl.GRU(3)),
            kl.Dense(1),
        ]
    )


MODELS = [
    (image_model, IMAGES),
    (enlarging_model, IMAGES),
    (sequence_model, SEQUENCES),
    (text_model, WORDS),
]


@pytest.mark.needs_train
@pytest.mark.parametrize(("build", "x"), MODELS)
def test_training_lowers_the_loss(build, x):
    set_random_seed(1)
    model = build()
    model.compile(optimizer="adam", loss="mse")
    model.optimizer.learning_rate = 0.01
    before = model.evaluate(x, TARGETS, verbose=0)
    model.fit(x, TARGETS, epochs=4, batch_size=16, verbose=0)
    assert model.evaluate(x, TARGETS, verbose=0) < before


@pytest.mark.parametrize(("build", "x"), MODELS)
def test_a_saved_model_predicts_the_same(build, x, tmp_path):
    model = build()
    expected = model.predict(x, verbose=0)
    model.save(tmp_path / "model.keras")
    found = load_model(tmp_path / "model.keras").predict(x, verbose=0)
    np.testing.assert_allclose(found, expected, rtol=1e-5, atol=1e-6)


def test_masked_steps_change_nothing():
    layers = [kl.Embedding(20, 4, mask_zero=True), kl.LSTM(4, return_sequences=True), kl.Bidirectional(kl.GRU(3))]
    model = Sequential([Input((None,), dtype="int32"), *layers])
    np.testing.assert_allclose(np.asarray(model(WORDS)), np.asarray(model(WORDS[:, :5])), rtol=1e-5, atol=1e-6)


def test_states_are_carried_from_batch_to_batch():
    set_random_seed(2)
    model = Sequential([kl.LSTM(3, stateful=True, batch_input_shape=(2, 1, 4)), kl.Dense(1)])
    whole = Sequential([kl.LSTM(3, input_shape=(None, 4)), kl.Dense(1)])
    whole.set_weights(model.get_weights())
    x = RNG.normal(size=(2, 4, 4)).astype("float32")
    for t in range(4):
        last = model.predict(x[:, t : t + 1], batch_size=2, verbose=0)
    np.testing.assert_allclose(last, whole.predict(x, verbose=0), rtol=1e-5, atol=1e-6)
    model.reset_states()
    first = model.predict(x[:, :1], batch_size=2, verbose=0)
    np.testing.assert_allclose(first, whole.predict(x[:, :1], verbose=0), rtol=1e-5, atol=1e-6)


def test_indices_out_of_range_are_refused_before_any_call():
    model = Sequential([kl.Embedding(5, 2, input_length=3, name="words"), kl.Flatten(), kl.Dense(1)])
    with pytest.raises(ValueError, match="'words' got index 7, but it has rows 0 to 4"):
        model.predict(np.array([[0, 1, 7]]), verbose=0)
