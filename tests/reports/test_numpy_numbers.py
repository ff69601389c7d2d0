"""NumPy's numbers and arrays as arguments, where Python's are meant: they work, and configs hold Python's."""

from __future__ import annotations

import json

import numpy as np
import pytest

keras = pytest.importorskip("keras")
layers, optimizers = keras.layers, keras.optimizers
narrow, whole = np.float32, np.int64

OBJECTS = {
    "dropout": (lambda n, i, a: layers.Dropout(n(0.25), noise_shape=a([1, 2]), seed=i(3))),
    "noise": (lambda n, i, a: layers.GaussianNoise(n(0.25))),
    "leaky": (lambda n, i, a: layers.LeakyReLU(n(0.25))),
    "relu": (lambda n, i, a: layers.ReLU(max_value=n(6), negative_slope=n(0.25))),
    "prelu": (lambda n, i, a: layers.PReLU(shared_axes=a([1]))),
    "norm": (lambda n, i, a: layers.BatchNormalization(axis=i(-1), momentum=n(0.5))),
    "layer_norm": (lambda n, i, a: layers.LayerNormalization(axis=a([1]), epsilon=n(0.5))),
    "dense": (lambda n, i, a: layers.Dense(i(3), kernel_regularizer=keras.regularizers.L2(n(0.5)))),
    "conv": (lambda n, i, a: layers.Conv2D(i(4), a([3, 3]), strides=(i(1), i(2)))),
    "pool": (lambda n, i, a: layers.MaxPooling2D(a([2, 2]))),
    "pad": (lambda n, i, a: layers.ZeroPadding2D(a([[1, 1], [2, 2]]))),
    "pad1": (lambda n, i, a: layers.ZeroPadding1D(a([1, 2]))),
    "crop1": (lambda n, i, a: layers.Cropping1D(a([1, 2]))),
    "reshape": (lambda n, i, a: layers.Reshape(a([3, 2]))),
    "permute": (lambda n, i, a: layers.Permute(a([2, 1]))),
    "dot": (lambda n, i, a: layers.Dot(axes=a([1, 1]))),
    "lstm": (lambda n, i, a: layers.LSTM(i(3), dropout=n(0.25))),
    "attention": (lambda n, i, a: layers.MultiHeadAttention(i(2), i(4), dropout=n(0.25))),
    "sgd": (lambda n, i, a: optimizers.SGD(n(0.5), momentum=n(0.25), clipnorm=n(1))),
    "adam": (lambda n, i, a: optimizers.Adam(lr=n(0.5), beta_1=n(0.75), ema_overwrite_frequency=i(3), use_ema=True)),
    "schedule": (lambda n, i, a: optimizers.schedules.PiecewiseConstantDecay(a([1, 2]), a([0.25, 0.5, 1.0]))),
    "loss": (lambda n, i, a: keras.losses.Huber(n(0.5))),
    "metric": (lambda n, i, a: keras.metrics.Precision(thresholds=a([0.25, 0.5]), class_id=i(0))),
    "constraint": (lambda n, i, a: keras.constraints.MinMaxNorm(n(0.25), n(1), axis=a([0, 1]))),
    "initializer": (lambda n, i, a: keras.initializers.RandomNormal(n(0.5), n(0.25), seed=i(1))),
}


def kinds_in(value):
    """Types of the leaves of a config."""
    parts = value.values() if isinstance(value, dict) else value if isinstance(value, (list, tuple)) else None
    return {type(value)} if parts is None else {kind for part in parts for kind in kinds_in(part)}


def config_of(one):
    config = one.get_config()
    config.pop("name", None)
    return config


@pytest.mark.parametrize("name", OBJECTS)
def test_arguments_are_as_pythons(name):
    make = OBJECTS[name]
    given, plain = make(narrow, whole, np.array), make(float, int, list)
    assert json.dumps(keras.saving.serialize_keras_object(config_of(given))) == json.dumps(
        keras.saving.serialize_keras_object(config_of(plain))
    )
    assert not {kind for kind in kinds_in(given.get_config()) if issubclass(kind, (np.generic, np.ndarray))}
    type(given).from_config(given.get_config())


def test_a_layer_of_the_users_own_without_get_config():
    class Scale(layers.Layer):
        def __init__(self, factor, rows=1, **kwargs):
            super().__init__(**kwargs)
            self.factor, self.rows = factor, rows

    config = Scale(narrow(0.5), rows=whole(2), name="scale").get_config()
    assert (config["factor"], config["rows"]) == (0.5, 2)
    assert {type(config["factor"]), type(config["rows"])} == {float, int}
    matrix = np.ones((2, 2))
    assert Scale(matrix).factor is matrix
    parts = [matrix]
    assert Scale(parts).factor is parts


@pytest.mark.needs_train
def test_training_takes_them(tmp_path):
    inputs = keras.Input((whole(3),))
    hidden = layers.Dropout(narrow(0.5))(layers.Dense(whole(4))(inputs))
    model = keras.Model(inputs, [layers.Dense(1, name="a")(hidden), layers.Dense(1, name="b")(hidden)])
    model.compile(optimizers.SGD(narrow(0.25)), "mse", loss_weights=[narrow(2), np.float64(0.5)])
    x, y = np.ones((4, 3)), np.ones((4, 1))
    stopping = keras.callbacks.EarlyStopping("loss", patience=whole(5), min_delta=narrow(0.5))
    history = model.fit(
        x,
        [y, y],
        batch_size=whole(2),
        epochs=whole(2),
        steps_per_epoch=whole(2),
        validation_data=(x, [y, y]),
        validation_freq=whole(2),
        callbacks=[stopping],
        verbose=0,
    ).history
    assert len(history["loss"]) == 2 and len(history["val_loss"]) == 1
    loss, one, two = model.evaluate(x, [y, y], batch_size=whole(4), verbose=0)
    assert np.isclose(loss, 2 * one + 0.5 * two)
    model.save(tmp_path / "model.keras")
    loaded = keras.saving.load_model(tmp_path / "model.keras")
    np.testing.assert_allclose(loaded.predict(x, verbose=0)[0], model.predict(x, verbose=0)[0], rtol=1e-5)
    np.testing.assert_allclose(loaded.evaluate(x, [y, y], verbose=0)[0], loss, rtol=1e-5)
