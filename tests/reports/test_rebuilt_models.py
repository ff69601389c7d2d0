"""Models that are put together step by step, and taken apart again."""

import numpy as np
import pytest

keras = pytest.importorskip("keras")
from keras import layers  # noqa: E402

X = np.random.default_rng(3).normal(size=(7, 4)).astype("float32")


def stack(*units):
    model = keras.Sequential()
    for i, width in enumerate(units):
        model.add(layers.Dense(width, activation="tanh", **({} if i else {"input_dim": 4})))
    return model


def values(model, x=X):
    """What the layers of a stack of tanh layers give, by NumPy."""
    found = []
    for kernel, bias in zip(model.get_weights()[::2], model.get_weights()[1::2], strict=True):
        x = np.tanh(x @ kernel + bias)
        found.append(x)
    return found


def test_each_layer_has_one_output():
    model = stack(3, 5, 2)
    inner = keras.Model(model.input, [layer.output for layer in model.layers])
    for got, expected in zip(inner.predict(X, verbose=0), values(model), strict=True):
        np.testing.assert_allclose(got, expected, rtol=1e-4, atol=1e-5)
    assert [layer.input_shape for layer in model.layers] == [(None, 4), (None, 3), (None, 5)]
    assert model.layers[1].input is model.layers[0].output


def test_every_layer_is_called_once():
    calls = []

    class Counted(layers.Dense):
        def call(self, inputs):
            calls.append(self.name)
            return super().call(inputs)

    model = keras.Sequential([keras.Input((4,))])
    for _ in range(20):
        model.add(Counted(3))
        assert model.output_shape == (None, 3)
    assert calls == [layer.name for layer in model.layers]
    model.pop()
    assert len(calls) == 20


def test_another_head_after_training():
    model = stack(3, 2)
    model.compile("sgd", "mse", metrics=["mae"])
    model.fit(X, np.zeros((7, 2)), verbose=0)
    body = model.layers[0].get_weights()
    head = model.pop()
    model.layers[0].trainable = False
    model.add(layers.Dense(6, activation="tanh"))
    assert model.predict(X, verbose=0).shape == (7, 6)
    model.compile("sgd", "mse", metrics=["mae"])
    y = np.ones((7, 6), "float32")
    model.fit(X, y, verbose=0)
    np.testing.assert_array_equal(model.layers[0].get_weights()[0], body[0])
    expected = values(model)[-1]
    np.testing.assert_allclose(model.evaluate(X, y, verbose=0)[1], np.abs(expected - y).mean(), rtol=1e-4)
    model.pop()
    model.add(head)
    assert head.output_shape == (None, 2)
    np.testing.assert_allclose(model.predict(X, verbose=0), values(model)[-1], rtol=1e-4, atol=1e-5)


def test_another_loss_for_other_targets():
    model = stack(3, 5)
    model.compile("sgd", "mse")
    model.fit(X, np.zeros((7, 5)), verbose=0)
    model.compile("sgd", "sparse_categorical_crossentropy", metrics=["accuracy"])
    classes = np.arange(7) % 5
    model.fit(X, classes, verbose=0)
    accuracy = (values(model)[-1].argmax(-1) == classes).mean()
    np.testing.assert_allclose(model.evaluate(X, classes, verbose=0)[1], accuracy, rtol=1e-5)


def test_a_subclass_gets_another_head():
    class Classifier(keras.Model):
        def __init__(self):
            super().__init__()
            self.body = layers.Dense(3)
            self.head = layers.Dense(2)

        def call(self, inputs):
            return self.head(self.body(inputs))

    model = Classifier()
    for classes in (2, 5):
        model.head = layers.Dense(classes)
        model.compile("sgd", keras.losses.SparseCategoricalCrossentropy(from_logits=True))
        model.fit(X, np.arange(7) % classes, verbose=0)
        assert model.predict(X, verbose=0).shape == (7, classes)
        assert model.head.output_shape == (None, classes)
        assert np.abs(model.head.get_weights()[1]).min() > 0  # it was trained
    assert model.body.output_shape == (None, 3)


@pytest.mark.parametrize("kind", ["sequential", "functional"])
def test_layers_and_outputs_are_changed_as_in_keras_2(kind):
    model = stack(3, 2)
    if kind == "functional":
        model = keras.Model(model.input, model.output)
    model.compile("sgd", "mse")
    model.fit(X, np.zeros((7, 2)), verbose=0)
    expected = values(model)
    popped = model.layers.pop()
    assert popped not in model.layers and model.output_shape == (None, 2)
    np.testing.assert_allclose(model.predict(X, verbose=0), expected[1], rtol=1e-4, atol=1e-5)
    model.outputs = [model.layers[-1].output]
    model.layers[-1].outbound_nodes = []
    assert model.output_shape == (None, 3) and len(model.weights) == 2
    np.testing.assert_allclose(model.predict(X, verbose=0), expected[0], rtol=1e-4, atol=1e-5)
    if kind == "sequential":
        model.add(layers.Dense(6))
        model.compile("sgd", "mse")
        model.fit(X, np.zeros((7, 6)), verbose=0)
        assert model.predict(X, verbose=0).shape == (7, 6)
    else:
        longer = keras.Model(model.input, layers.Dense(6)(model.layers[-1].output))
        assert longer.predict(X, verbose=0).shape == (7, 6)


def test_a_layer_of_several_models_has_the_shape_they_agree_on():
    shared = layers.Dense(3)
    one, other = (keras.Sequential([keras.Input((4,)), shared, layers.Dense(n)]) for n in (1, 2))
    assert shared.output_shape == (None, 3) and shared.input_shape == (None, 4)
    assert (one.output_shape, other.output_shape) == ((None, 1), (None, 2))
    with pytest.raises(AttributeError, match="2 times"):
        _ = shared.output
    flat = layers.Flatten()
    flat(keras.Input((2, 3)))
    flat(keras.Input((5,)))
    with pytest.raises(AttributeError, match=r"different shapes.*\(None, 6\).*\(None, 5\)"):
        _ = flat.output_shape


def test_a_stack_called_with_a_mask_keeps_one_output():
    model = keras.Sequential([layers.LSTM(3, input_shape=(5, 2))])
    start = keras.Input((5, 2))
    model(layers.Masking()(start))
    assert model.layers[0].output is model.output


def test_a_model_inside_another_is_changed():
    inner = stack(3)
    outer = keras.Sequential([keras.Input((4,)), inner])
    before = outer.predict(X, verbose=0)
    inner.add(layers.Activation("exponential"))
    np.testing.assert_allclose(outer.predict(X, verbose=0), np.exp(before), rtol=1e-4)


def test_a_wrong_layer_leaves_the_stack_as_it_was():
    model = stack(3)
    with pytest.raises(ValueError, match="3 dimensions"):
        model.add(layers.LSTM(2))
    assert len(model.layers) == 1 and model.predict(X, verbose=0).shape == (7, 3)
    model.add(layers.Dense(2))
    assert model.predict(X, verbose=0).shape == (7, 2)
    with pytest.raises(ValueError, match="one of its layers"):
        model.outputs = [keras.Input((3,))]
