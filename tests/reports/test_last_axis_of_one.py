"""Inputs that lack a last axis of one, or have one too many, as targets may: in every method and form of data."""

import numpy as np
import pytest

keras = pytest.importorskip("keras")
from keras.layers import Conv2D, Dense, Embedding, Flatten, Input, Reshape  # noqa: E402

pytestmark = pytest.mark.needs_train

X = np.linspace(-1, 1, 6)
Y = 2 * X - 1


def line(**input_shape):
    """y = x before it is trained; a step of SGD on all samples is done by hand below."""
    model = keras.Sequential([Dense(1, kernel_initializer="ones", **input_shape)])
    model.compile(keras.optimizers.SGD(0.1), "mse")
    return model


def trained():
    """Kernel, bias and loss of one step on all samples."""
    error = X - Y
    return 1 - 0.2 * (error * X).mean(), -0.2 * error.mean(), (error**2).mean()


def has_learned(model, loss):
    kernel, bias, before = trained()
    np.testing.assert_allclose(loss, before, rtol=1e-5)
    np.testing.assert_allclose(np.ravel(model.get_weights()[0]), kernel, rtol=1e-5)
    np.testing.assert_allclose(model.get_weights()[1], bias, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("declared", [{"input_shape": (1,)}, {}], ids=["declared", "deferred"])
def test_numbers_for_an_input_of_one_feature(declared):
    model = line(**declared)
    has_learned(model, model.fit(X, Y, batch_size=6, verbose=0, validation_data=(X, Y)).history["loss"][0])
    kernel, bias = (np.ravel(w)[0] for w in model.get_weights())
    loss = ((kernel * X + bias - Y) ** 2).mean()
    np.testing.assert_allclose(model.evaluate(X, Y, verbose=0), loss, rtol=1e-4)
    np.testing.assert_allclose(model.test_on_batch(X, Y), loss, rtol=1e-4)
    for outputs in (model.predict(X, verbose=0), model.predict_on_batch(X), model.predict(X, batch_size=4, verbose=0)):
        np.testing.assert_allclose(outputs, (kernel * X + bias)[:, None], rtol=1e-4, atol=1e-6)


def test_a_batch_and_batches_of_numbers():
    model = line(input_shape=(1,))
    has_learned(model, model.train_on_batch(X, Y))
    model = line(input_shape=(1,))
    has_learned(model, model.fit(iter([(X, Y)]), steps_per_epoch=1, verbose=0).history["loss"][0])
    np.testing.assert_allclose(model.predict(iter([X]), verbose=0), model.predict(X[:, None], verbose=0), rtol=1e-5)


def test_ids_for_an_embedding_are_looked_at_before_they_are_looked_up():
    model = keras.Sequential([Input((1,)), Embedding(5, 3), Flatten()])
    rows = model.get_weights()[0]
    for _ in range(2):  # the second time the kind of the data is known
        np.testing.assert_allclose(model.predict(np.array([4, 0, 2]), verbose=0), rows[[4, 0, 2]], rtol=1e-6)
        with pytest.raises(ValueError, match="got index 5, but it has rows 0 to 4"):
            model.predict(np.array([4, 5, 2]), verbose=0)


def test_several_inputs_by_name():
    one, two = Input((1,), name="one"), Input((2,), name="two")
    model = keras.Model([one, two], keras.layers.Concatenate()([one, two]))
    pairs = np.arange(6.0).reshape(3, 2)
    outputs = model.predict({"one": np.arange(3.0), "two": pairs[..., None]}, verbose=0)
    np.testing.assert_array_equal(outputs, np.column_stack([np.arange(3), pairs]))


def test_pictures_without_channel():
    model = keras.Sequential([Input((4, 4, 1)), Conv2D(2, 3), Flatten()])
    picture = np.arange(32.0).reshape(2, 4, 4) / 32
    kernel, bias = model.get_weights()
    expected = [
        (picture[:, i : i + 3, j : j + 3, None, None] * kernel).sum((1, 2, 3)) + bias for i in (0, 1) for j in (0, 1)
    ]
    np.testing.assert_allclose(model.predict(picture, verbose=0), np.hstack(expected), rtol=1e-4, atol=1e-5)
    np.testing.assert_allclose(model(picture.astype("float32")), np.hstack(expected), rtol=1e-4, atol=1e-5)


def test_a_convolution_of_what_was_given_a_channel():
    model = keras.Sequential([Input((16,)), Reshape((4, 4, 1)), Conv2D(1, 4, kernel_initializer="ones"), Flatten()])
    x = np.arange(32.0).reshape(2, 16) / 32
    np.testing.assert_allclose(model.predict(x, verbose=0), x.sum(1, keepdims=True), rtol=1e-5)


def test_an_axis_too_many_is_dropped():
    model = keras.Sequential([Input((3,)), Dense(1, kernel_initializer="ones")])
    x = np.arange(6.0).reshape(2, 3)
    np.testing.assert_allclose(model.predict(x[..., None], verbose=0), x.sum(1, keepdims=True), rtol=1e-6)


def test_another_axis_is_not_invented():
    model = keras.Sequential([Input((3,)), Dense(1)])
    with pytest.raises(ValueError, match=r"Its first axis must be the batch: use x\[None\]"):
        model.predict(np.ones(3), verbose=0)
