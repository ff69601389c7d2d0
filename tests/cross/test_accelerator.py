"""Models live and train on the accelerator unasked, where the backend sees one, and on the processor elsewhere."""

import re

import numpy as np
import pytest

keras = pytest.importorskip("keras")

from keras_core import backend as backends  # noqa: E402

RNG = np.random.default_rng(0)
X = RNG.normal(size=(96, 8)).astype("float32")
Y = (X @ RNG.normal(size=(8, 3))).argmax(axis=1).astype("int32")
SPELLINGS = {"cuda": "gpu", "rocm": "gpu", "metal": "gpu"}


def kind_of(tensor):
    """ "cpu", "gpu", ...: the kind of device that a framework says a tensor is on."""
    words = re.split("[^a-z]+", str(tensor.device).lower())
    kinds = [SPELLINGS.get(word, word) for word in words]
    return next(kind for kind in kinds if kind in ("cpu", "gpu", "tpu", "mps", "xpu"))


@pytest.fixture
def best():
    """The kind of device that is used unasked."""
    kinds = [name.split(":")[0] for name in keras.config.list_devices()]
    return next((kind for kind in kinds if kind != "cpu"), "cpu")


def classifier(**arguments):
    keras.utils.set_random_seed(0)
    layers = [keras.layers.Dense(16, "relu", **arguments), keras.layers.Dense(3, **arguments)]
    softmax = keras.layers.Activation("softmax", dtype="float32")
    model = keras.Sequential([keras.layers.Input((8,)), *layers, softmax])
    model.compile(keras.optimizers.Adam(0.02), "sparse_categorical_crossentropy", metrics=["accuracy"])
    return model


def where(model):
    """Kinds of device that the floats of a model and its optimizer are on."""
    held = [*model.variables, *model.optimizer.variables]
    return {kind_of(v.value) for v in held if str(v.dtype).startswith(("float", "bfloat"))}


def test_values_are_made_there(best):
    made = keras.ops.convert_to_tensor(X)
    assert kind_of(made) == best
    assert kind_of(keras.ops.matmul(made, keras.ops.transpose(made))) == best


@pytest.mark.needs_train
def test_state_and_data_stay_there(best, monkeypatch):
    kept = []
    backend = backends.active()
    make = type(backend).tensor

    def tensor(self, value, dtype=None):
        made = make(self, value, dtype)
        if np.shape(made) == X.shape:
            kept.append(kind_of(made))
        return made

    model = classifier()
    assert where(model) == {best}
    monkeypatch.setattr(type(backend), "tensor", tensor)
    losses = model.fit(X, Y, batch_size=32, epochs=8, verbose=0).history["loss"]
    assert kept == ([] if backend.is_tensor(X) else [best])  # once, for all epochs
    assert losses[-1] < losses[0]
    assert where(model) == {best}


@pytest.mark.needs_train
@pytest.mark.parametrize("dtype", ["float16", "bfloat16"])
def test_mixed_precision_trains_there(best, dtype):
    if dtype not in backends.active().capabilities:
        pytest.skip(f"the backend does not compute in {dtype}")
    model = classifier(dtype=f"mixed_{dtype}")
    losses = model.fit(X, Y, batch_size=32, epochs=15, verbose=0).history["loss"]
    assert np.isfinite(losses).all() and losses[-1] < 0.6 * losses[0]
    assert {v.dtype for v in model.trainable_variables} == {"float32"}
    assert where(model) == {best}
    exact = classifier()
    exact.set_weights(model.get_weights())
    np.testing.assert_allclose(model.predict(X, verbose=0), exact.predict(X, verbose=0), atol=0.03)


def dense():
    return [keras.layers.Input((8,)), keras.layers.Dense(32, "tanh"), keras.layers.Dense(4, "softmax")], X


def convolutional():
    images = RNG.normal(size=(8, 12, 12, 3)).astype("float32")
    hidden = [keras.layers.Conv2D(8, 3, activation="relu"), keras.layers.BatchNormalization()]
    end = [keras.layers.MaxPooling2D(), keras.layers.Flatten(), keras.layers.Dense(4)]
    return [keras.layers.Input((12, 12, 3)), *hidden, *end], images


def recurrent(layer):
    words = RNG.integers(0, 20, size=(8, 11)).astype("int32")
    layers = [keras.layers.Embedding(20, 6, mask_zero=True), layer(9, return_sequences=True), layer(5)]
    return [keras.layers.Input((11,), dtype="int32"), *layers], words


MODELS = {
    "dense": dense,
    "convolutional": convolutional,
    "LSTM": lambda: recurrent(keras.layers.LSTM),
    "GRU": lambda: recurrent(keras.layers.GRU),
}


@pytest.mark.parametrize("name", MODELS)
def test_predictions_are_those_of_numpy(name):
    layers, x = MODELS[name]()
    model = keras.Sequential(layers)
    weights = [RNG.normal(0, 0.3, w.shape) ** (2 if "variance" in w.name else 1) for w in model.weights]
    model.set_weights(weights)
    found = model.predict(x, verbose=0)
    with keras.use_backend("numpy"):
        reference = keras.Sequential(MODELS[name]()[0])
        reference.set_weights(weights)
        expected = reference.predict(x, verbose=0)
    assert np.abs(expected).max() > 0.05
    np.testing.assert_allclose(found, expected, atol=1e-3 * np.abs(expected).max())


@pytest.mark.needs_train
def test_a_model_may_stay_on_the_processor(best):
    with keras.device("cpu:0"):
        model = classifier()
    model.fit(X, Y, batch_size=32, epochs=1, verbose=0)
    assert where(model) == {"cpu"}
    elsewhere = classifier()
    elsewhere.fit(X, Y, batch_size=32, epochs=1, verbose=0)
    assert where(elsewhere) == {best}
    np.testing.assert_allclose(model.predict(X, verbose=0), elsewhere.predict(X, verbose=0), atol=5e-3)
