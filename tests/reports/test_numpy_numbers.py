"""NumPy's numbers and arrays as arguments, where Python's are meant: they work, and configs hold Python's."""

from __future__ import annotations

import json

import numpy as np
import pytest

keras = pytest.importorskip("keras")
from keras import backend as K  # noqa: E402

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


V = np.arange(12, dtype="float32").reshape(2, 6) / 12
S = np.arange(24, dtype="float32").reshape(2, 4, 3) / 24
P = np.arange(96, dtype="float32").reshape(2, 4, 4, 3) / 96
ONE, TWO = np.ones((2, 2, 3, 1), "float32"), np.ones((2, 2, 2, 3), "float32")

# n makes a float, i an int, a a sequence of ints, t a tuple of tuples.
CALLS = {
    "clip": lambda n, i, a: K.clip(V, n(0.25), n(0.5)),
    "sum": lambda n, i, a: K.sum(P, axis=a([1, 2]), keepdims=True),
    "max": lambda n, i, a: K.max(V, i(1)),
    "cumsum": lambda n, i, a: K.cumsum(V, i(1)),
    "batch_dot": lambda n, i, a: K.batch_dot(V, V, axes=i(1)),
    "batch_dot of two": lambda n, i, a: K.batch_dot(S, S, axes=a([2, 2])),
    "pow": lambda n, i, a: K.pow(V, n(2)),
    "relu": lambda n, i, a: K.relu(V - 0.5, alpha=n(0.25), max_value=n(0.25)),
    "softmax": lambda n, i, a: K.softmax(V, axis=i(1)),
    "conv2d": lambda n, i, a: K.conv2d(P, np.ones((3, 3, 3, 2), "float32"), strides=a([1, 2]), padding="same"),
    "conv2d_transpose": lambda n, i, a: K.conv2d_transpose(P, TWO, a([2, 8, 8, 2]), strides=a([2, 2]), padding="same"),
    "depthwise_conv2d": lambda n, i, a: K.depthwise_conv2d(P, ONE, strides=a([1, 1]), dilation_rate=(i(1), i(1))),
    "pool2d": lambda n, i, a: K.pool2d(P, a([2, 2]), strides=(i(2), i(2)), pool_mode="avg"),
    "local_conv1d": lambda n, i, a: K.local_conv1d(S, np.ones((3, 6, 2), "float32"), a([2]), a([1])),
    "arange": lambda n, i, a: K.arange(i(0), i(6), i(2)),
    "permute": lambda n, i, a: K.permute_dimensions(S, a([0, 2, 1])),
    "repeat": lambda n, i, a: K.repeat(V, i(3)),
    "repeat_elements": lambda n, i, a: K.repeat_elements(S, i(2), axis=i(1)),
    "reshape": lambda n, i, a: K.reshape(V, (i(3), i(-1))),
    "resize_images": lambda n, i, a: K.resize_images(P, i(2), i(2), "channels_last"),
    "reverse": lambda n, i, a: K.reverse(S, i(1)),
    "reverse of two": lambda n, i, a: K.reverse(S, a([0, 1])),
    "slice": lambda n, i, a: K.slice(V, a([0, 1]), a([2, 3])),
    "tile": lambda n, i, a: K.tile(V, i(2)),
    "tile of two": lambda n, i, a: K.tile(V, a([1, 2])),
    "one_hot": lambda n, i, a: K.one_hot(np.array([1, 2]), i(4)),
    "zeros": lambda n, i, a: K.zeros(i(3)),
    "constant": lambda n, i, a: K.constant(n(0.5), shape=a([2, 2])),
    "random": lambda n, i, a: K.random_uniform(a([2, 3]), n(0), n(2), seed=i(3)),
    "random variable": lambda n, i, a: K.random_normal_variable((i(2), i(3)), n(0), n(2), seed=i(3)),
    "dropout": lambda n, i, a: K.dropout(V, n(0.5), noise_shape=a([2, 1]), seed=i(3)),
    "in_train_phase": lambda n, i, a: K.in_train_phase(V, 0 * V, training=i(1)),
    "random normal": lambda n, i, a: keras.random.normal(a([2, 3]), n(0), n(2), seed=i(3)),
    "resize": lambda n, i, a: keras.ops.image.resize(P, a([2, 2])),
    "categorical": lambda n, i, a: keras.utils.to_categorical([0, 1], num_classes=i(3)),
}


@pytest.mark.parametrize("name", CALLS)
def test_functions_take_them_as_pythons(name):
    expected = np.asarray(K.eval(CALLS[name](float, int, list)))
    for kinds in ((narrow, whole, np.array), (lambda v: np.array(v, "float32"), np.array, np.array)):
        found = np.asarray(K.eval(CALLS[name](*kinds)))
        assert found.dtype == expected.dtype
        np.testing.assert_allclose(found, expected, rtol=1e-6)


@pytest.mark.needs_train
@pytest.mark.parametrize("whole", [np.int64, np.uint8, np.array])
def test_methods_of_models_take_them(whole):
    x, y = np.eye(8, 3, dtype="float32"), np.array([0, 1] * 4)
    model = keras.Sequential([keras.Input((3,)), layers.Dense(2, activation="softmax", name="only")])
    model.compile("sgd", "sparse_categorical_crossentropy")
    weights = {np.int64(0): narrow(1), np.int64(1): narrow(2)}
    history = model.fit(
        x, y, batch_size=whole(2), epochs=whole(3), initial_epoch=whole(1), verbose=whole(0),
        validation_split=narrow(0.25), validation_batch_size=whole(2), validation_steps=whole(1),
        validation_freq=np.array([2]), class_weight=weights,
    )  # fmt: skip
    assert history.epoch == [1, 2] and [type(one) for one in history.epoch] == [int, int]
    assert len(history.history["val_loss"]) == 1
    assert np.isfinite(model.train_on_batch(x, y, class_weight=weights))
    assert model.predict(x, batch_size=whole(2), steps=whole(3), verbose=whole(0)).shape == (6, 2)
    assert np.isfinite(model.evaluate(x, y, batch_size=whole(2), steps=whole(2), verbose=whole(0)))
    assert model.get_layer(index=whole(0)).name == "only"


def test_generators_by_place_as_in_keras_2(capsys):
    def batches():
        while True:
            yield np.ones((4, 2)), np.ones((4, 1))

    model = keras.Sequential([keras.Input((2,)), layers.Dense(1)])
    model.compile("sgd", "mse")
    assert np.isfinite(model.evaluate_generator(batches(), whole(2), None, 10, 1, False))
    assert model.predict_generator(batches(), 2, None, 10, 1, False, 0).shape == (8, 1)
    assert capsys.readouterr().out == "", "they are silent in Keras 2"
    noted = keras.callbacks.History()
    history = model.fit_generator(batches(), 2, 3, 0, [noted], batches(), 1)
    assert history is noted and len(noted.history["val_loss"]) == 3
