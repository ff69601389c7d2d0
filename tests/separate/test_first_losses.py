"""Convolutional, recurrent and combined models train with the first losses that they have on TensorFlow.

A backend that computes in another Python is alone in its environment, so the numbers stand here. They are of
`KERAS_BACKEND=tensorflow python -m pytest tests/separate`, which passes on every backend that trains.
"""

import keras
import numpy as np
import pytest
from keras import layers

RANDOM = np.random.default_rng(5)
IMAGES = RANDOM.normal(size=(48, 8, 8, 2)).astype("float32")
SERIES = RANDOM.normal(size=(48, 6, 4)).astype("float32")
KINDS = RANDOM.integers(0, 3, 48)
TOKENS = RANDOM.integers(1, 20, (48, 6)) * (np.arange(6) < RANDOM.integers(1, 7, (48, 1)))
VALUES = RANDOM.normal(size=(48, 1)).astype("float32")


def convolutional():
    model = keras.Sequential(
        [
            keras.Input((8, 8, 2)),
            layers.Conv2D(6, 3, padding="same", use_bias=False),
            layers.BatchNormalization(),
            layers.ReLU(),
            layers.MaxPooling2D(),
            layers.DepthwiseConv2D(3, strides=2, padding="same"),
            layers.SpatialDropout2D(0.2, seed=1),
            layers.Flatten(),
            layers.Dropout(0.3, seed=2),
            layers.Dense(3, activation="softmax"),
        ]
    )
    return model, IMAGES, KINDS, "sparse_categorical_crossentropy"


def masked():
    model = keras.Sequential(
        [
            keras.Input((6,), dtype="int32"),
            layers.Embedding(20, 5, mask_zero=True),
            layers.Bidirectional(layers.LSTM(4, return_sequences=True)),
            layers.GRU(5, dropout=0.2, recurrent_dropout=0.2, seed=3),
            layers.Dense(1),
        ]
    )
    return model, TOKENS.astype("int32"), VALUES, "mse"


def stateful():
    model = keras.Sequential(
        [
            keras.Input(batch_shape=(16, 6, 4)),
            layers.LSTM(5, stateful=True, return_sequences=True),
            layers.SimpleRNN(3, stateful=True),
            layers.Dense(1),
        ]
    )
    return model, SERIES, VALUES, "mse"


def combined():
    clip, words = keras.Input((3, 8, 8, 2), name="clip"), keras.Input((6,), dtype="int32", name="words")
    frame = keras.Sequential([layers.Conv2D(4, 3, activation="relu"), layers.GlobalAveragePooling2D()])
    seen = layers.GRU(4)(layers.TimeDistributed(frame)(clip))
    read, state, _ = layers.LSTM(4, return_sequences=True, return_state=True)(
        layers.Embedding(20, 4, mask_zero=True)(words)
    )
    attended = layers.Attention()([layers.Reshape((1, 4))(seen), read])
    joined = layers.Concatenate()([seen, state, layers.Flatten()(attended)])
    outputs = {"kind": layers.Dense(3, activation="softmax")(joined), "value": layers.Dense(1)(joined)}
    model = keras.Model({"clip": clip, "words": words}, outputs)
    x = {"clip": np.stack([IMAGES, IMAGES[::-1], IMAGES[:, ::-1]], 1), "words": TOKENS.astype("int32")}
    loss = {"kind": "sparse_categorical_crossentropy", "value": "mse"}
    return model, x, {"kind": KINDS, "value": VALUES}, loss


FIRST = {
    convolutional: [1.311082, 1.141394, 1.120028],
    masked: [0.891736, 0.867032, 0.863550],
    stateful: [1.037664, 0.978413, 0.864651],
    combined: [1.989886, 1.957543, 1.947762],
}


@pytest.mark.parametrize("made", FIRST, ids=[made.__name__ for made in FIRST])
def test_first_losses(made):
    keras.utils.set_random_seed(2024)
    keras.config.set_rng("portable")
    try:
        model, x, y, loss = made()
        model.compile(keras.optimizers.Adam(0.01), loss)
        history = model.fit(x, y, batch_size=16, epochs=3, shuffle=made is not stateful, verbose=0).history
        np.testing.assert_allclose(history["loss"], FIRST[made], rtol=1e-4)
    finally:
        keras.config.set_rng("native")
