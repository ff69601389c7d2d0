"""The same script and seed: the same initial weights, batch order and loss curve on every backend."""

from __future__ import annotations

import numpy as np
import pytest

keras = pytest.importorskip("keras")
layers = keras.layers

EPOCHS = 3
RATES = {"SGD": 0.05, "RMSprop": 0.002, "Adam": 0.005}
_curves: dict[tuple[str, str, str], tuple[list[np.ndarray], dict[str, list[float]]]] = {}


def rows(count, *shape):
    return np.random.default_rng(5).normal(size=(count, *shape)).astype("float32")


def classes(count, number):
    return np.random.default_rng(6).integers(0, number, (count,))


def dense():
    model = keras.Sequential(
        [
            keras.Input((20,)),
            layers.Dense(16, activation="relu"),
            layers.Dense(16, activation="tanh", kernel_regularizer="l2"),
            layers.Dense(4, activation="softmax"),
        ]
    )
    return model, rows(200, 20), classes(200, 4), "sparse_categorical_crossentropy"


def convolutional():
    model = keras.Sequential(
        [
            keras.Input((10, 10, 2)),
            layers.Conv2D(6, 3, padding="same", use_bias=False),
            layers.BatchNormalization(),
            layers.Activation("relu"),
            layers.MaxPooling2D(),
            layers.Conv2D(8, 3, activation="relu"),
            layers.Flatten(),
            layers.Dense(3, activation="softmax"),
        ]
    )
    return model, rows(100, 10, 10, 2), classes(100, 3), "sparse_categorical_crossentropy"


def recurrent():
    tokens = np.random.default_rng(7).integers(1, 30, (100, 9))
    for row, length in enumerate(np.random.default_rng(8).integers(2, 10, 100)):
        tokens[row, length:] = 0
    model = keras.Sequential(
        [
            keras.Input((9,), dtype="int32"),
            layers.Embedding(30, 8, mask_zero=True),
            layers.LSTM(7, return_sequences=True),
            layers.GRU(6),
            layers.Dense(1, activation="sigmoid"),
        ]
    )
    return model, tokens.astype("int32"), classes(100, 2).astype("float32")[:, None], "binary_crossentropy"


def several_inputs():
    numbers, words = keras.Input((5,), name="numbers"), keras.Input((4,), name="words", dtype="int32")
    found = layers.GlobalAveragePooling1D()(layers.Embedding(12, 6)(words))
    joined = layers.Concatenate()([layers.Dense(8, activation="relu")(numbers), found])
    mean = layers.Dense(1, name="mean")(joined)
    kind = layers.Dense(3, activation="softmax", name="kind")(layers.Dense(8, activation="relu")(joined))
    model = keras.Model({"numbers": numbers, "words": words}, {"mean": mean, "kind": kind})
    x = {"numbers": rows(120, 5), "words": np.random.default_rng(9).integers(0, 12, (120, 4)).astype("int32")}
    y = {"mean": rows(120, 1), "kind": classes(120, 3)}
    return model, x, y, {"mean": "mse", "kind": "sparse_categorical_crossentropy"}


MODELS = {one.__name__: one for one in (dense, convolutional, recurrent, several_inputs)}


def curve(kind, optimizer, backend):
    """Initial weights and history of the one script."""
    found = _curves.get((kind, optimizer, backend))
    if found is None:
        with keras.use_backend(backend):
            keras.utils.set_random_seed(2024)
            model, x, y, loss = MODELS[kind]()
            start = model.get_weights()
            model.compile(getattr(keras.optimizers, optimizer)(RATES[optimizer]), loss)
            history = model.fit(x, y, batch_size=16, epochs=EPOCHS, verbose=0, validation_split=0.2).history
        found = _curves[kind, optimizer, backend] = start, history
    return found


def cases():
    found = []
    fast = {("dense", "SGD"), ("dense", "Adam"), ("convolutional", "Adam"), ("recurrent", "RMSprop")}
    for kind in MODELS:
        for optimizer in RATES:
            marks = () if (kind, optimizer) in fast else (pytest.mark.slow,)
            found.append(pytest.param(kind, optimizer, marks=marks, id=f"{kind}-{optimizer}"))
    return found


@pytest.mark.parametrize(("kind", "optimizer"), cases())
def test_the_curve_is_that_of_another_backend(trainer, trainers, kind, optimizer):
    other = next(name for name in trainers if name != trainer)
    start, history = curve(kind, optimizer, trainer)
    expected_start, expected = curve(kind, optimizer, other)
    assert len(start) == len(expected_start)
    for have, want in zip(start, expected_start, strict=True):
        np.testing.assert_array_equal(have, want)
    assert list(history) == list(expected)
    for name, values in history.items():
        np.testing.assert_allclose(values, expected[name], rtol=2e-4, atol=1e-5, err_msg=f"{name}: {trainer}, {other}")
    assert history["loss"][-1] < history["loss"][0]


def noisy():
    """A model with every kind of layer that draws while it trains, called by a seed of its own or the script's."""
    return keras.Sequential(
        [
            keras.Input((8,)),
            layers.GaussianNoise(0.1),
            layers.Dense(32, activation="relu"),
            layers.Dropout(0.4),
            layers.Dense(16, activation="selu"),
            layers.AlphaDropout(0.2, seed=3),
            layers.GaussianDropout(0.1),
            layers.Dense(1),
        ]
    )


def noisy_losses(backend, rng="native"):
    keras.config.set_rng(rng)
    with keras.use_backend(backend):
        keras.utils.set_random_seed(77)
        model = noisy()
        model.compile("sgd", "mse")
        return model.fit(rows(96, 8), rows(96, 1), batch_size=16, epochs=EPOCHS, verbose=0).history["loss"]


@pytest.mark.parametrize("rng", ["native", "portable"])
def test_randomness_repeats(trainer, rng):
    assert noisy_losses(trainer, rng) == noisy_losses(trainer, rng)


def test_portable_randomness_is_the_same_everywhere(trainer, trainers):
    other = next(name for name in trainers if name != trainer)
    found = noisy_losses(trainer, "portable")
    np.testing.assert_allclose(found, noisy_losses(other, "portable"), rtol=2e-4)
    assert not np.allclose(found, noisy_losses(trainer, "native"), rtol=1e-3)


def test_the_order_of_batches_is_the_same(trainer, trainers):
    assert visited(trainer) == visited(next(name for name in trainers if name != trainer))


def visited(backend):
    """The numbers of the samples in the order in which three epochs visit them."""
    seen = []

    class Watch(keras.callbacks.Callback):
        total = 0.0

        def on_epoch_begin(self, epoch, logs=None):
            self.total = 0.0

        def on_train_batch_end(self, batch, logs=None):
            total = logs["loss"] * (batch + 1)  # the log is a mean over the epoch so far
            seen.append(round(total - self.total))
            self.total = total

    with keras.use_backend(backend):
        keras.utils.set_random_seed(3)
        model = keras.Sequential([keras.Input((1,)), layers.Dense(1, kernel_initializer="zeros")])
        model.compile(keras.optimizers.SGD(0.0), "mae")
        y = np.arange(40, dtype="float32")[:, None]
        model.fit(y, y, batch_size=1, epochs=3, verbose=0, callbacks=[Watch()])
    for epoch in range(3):
        assert sorted(seen[epoch * 40 : epoch * 40 + 40]) == list(range(40))
    assert seen[:40] != seen[40:80]
    return seen
