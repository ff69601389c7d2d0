"""What `build`, `call` and `get_config` of layers written for Keras 2 may do."""

from __future__ import annotations

import keras
import numpy as np
import pytest
from keras import backend as K
from keras.layers import Activation, Dense, Dropout, Input, Layer

X = np.arange(12, dtype="float32").reshape(4, 3) / 10
Y = np.ones((4, 1), "float32")


def trained(layer, x=X):
    """A model of the layer, before and after a step."""
    inputs = Input(x.shape[1:])
    model = keras.Model(inputs, layer(inputs))
    model.compile("sgd", lambda y_true, y_pred: K.sum(K.square(y_pred)))
    before = [one.copy() for one in layer.get_weights()]
    model.train_on_batch(x, Y)
    return model, before


@pytest.mark.parametrize("way", ["append", "assign", "public"])
def test_weights_that_build_registers_itself(way):
    class Swish(Layer):
        def build(self, input_shape):
            beta = K.variable(1.5, name="beta")
            self.held = [lambda: beta]
            if way == "append":
                self._trainable_weights.append(beta)
            elif way == "assign":
                self._trainable_weights = [beta]
            else:
                self.trainable_weights = [beta]
            super().build(input_shape)

        def call(self, x):
            return x * K.sigmoid(self.held[0]() * x)

    layer = Swish()
    _, before = trained(layer)
    assert [v.shape for v in layer.trainable_weights] == [()]
    assert before == [1.5] != layer.get_weights()


def test_weights_left_out_are_not_trained():
    class Frozen(Layer):
        def build(self, input_shape):
            self.kept = self.add_weight(shape=(), initializer="ones", name="kept")
            self.moved = self.add_weight(shape=(), initializer="ones", name="moved")
            self.trainable_weights = [self.moved]

        def call(self, x):
            return x * self.kept * self.moved

    layer = Frozen()
    trained(layer)
    assert layer.trainable_weights == [layer.moved]
    assert layer.non_trainable_weights == [layer.kept]
    assert float(layer.kept) == 1.0 != float(layer.moved)
    layer.non_trainable_weights = [layer.moved]
    assert layer.trainable_weights == []


def test_a_layer_without_weights_made_in_call():
    class Inner(Layer):
        def call(self, x):
            return Dropout(0.5)(Activation("relu")(x - 0.05))

    x = Input((100,))
    model = keras.Model(x, Dense(100, use_bias=False, kernel_initializer="identity")(Inner()(x)))
    model.compile(keras.optimizers.SGD(0.0), "mse")
    ones = np.ones((2, 100), "float32")
    np.testing.assert_allclose(model.predict(ones, verbose=0), 0.95 * ones, rtol=1e-5)
    losses = {float(model.train_on_batch(ones, 0 * ones)) for _ in range(3)}
    assert len(losses) == 3  # each step draws anew
    assert all(0.95 < loss < 2.7 for loss in losses)  # 1.9 ** 2 for half of them


def test_variables_made_in_call():
    class Shifted(Layer):
        def call(self, x):
            return x + K.variable([1.0, 2.0, 3.0]) + K.zeros((1, 3)) + K.ones((3,))

    x = Input((3,))
    model = keras.Model(x, Shifted()(x))
    np.testing.assert_allclose(model.predict(X, verbose=0), X + [2.0, 3.0, 4.0], rtol=1e-6)


class Short(Layer):
    """Takes no name, and its configuration has none."""

    def __init__(self, units=2):
        super().__init__()
        self.units = units

    def build(self, input_shape):
        self.w = self.add_weight(shape=(input_shape[-1], self.units), initializer="ones")

    def call(self, x):
        return K.dot(x, self.w)

    def get_config(self):
        return {"units": self.units}


@pytest.mark.filterwarnings("ignore:Loading the model will need class 'Short'")
def test_from_config_gets_what_get_config_returned(tmp_path):
    x = Input((3,))
    model = keras.Model(x, Short(5)(x))
    scope = {"Short": Short}
    for again in (
        keras.Model.from_config(model.get_config(), custom_objects=scope),
        keras.models.clone_model(model),
        keras.models.model_from_json(model.to_json(), custom_objects=scope),
    ):
        assert again.output_shape == (None, 5)
        assert [one.name for one in again.layers] == [one.name for one in model.layers]
    model.save(tmp_path / "model.keras")
    loaded = keras.models.load_model(tmp_path / "model.keras", custom_objects=scope)
    np.testing.assert_allclose(loaded.predict(X, verbose=0), np.repeat(X.sum(1, keepdims=True), 5, 1), rtol=1e-6)


def test_read_only_properties_over_attributes_of_the_base():
    class Wrapped(Layer):
        def __init__(self, layer, **kwargs):
            self.layer = layer
            super().__init__(**kwargs)

        @property
        def activity_regularizer(self):
            return self.layer.activity_regularizer

        @property
        def supports_masking(self):
            return True

        def call(self, x):
            return self.layer(x)

    inner = Dense(1, activity_regularizer="l2", use_bias=False, kernel_initializer="ones")
    layer = Wrapped(inner)
    assert layer.activity_regularizer is inner.activity_regularizer
    assert layer(X).shape == (4, 1)


def test_compute_mask_gets_a_mask_for_each_input():
    seen = []

    class Joined(Layer):
        def call(self, inputs):
            return inputs[0] + inputs[1]

        def compute_mask(self, inputs, mask=None):
            seen.append(mask)

    a, b = Input((3,)), Input((3,))
    Joined()([a, b])
    assert seen == [[None, None]]


def test_sizes_compute_as_a_tensor():
    def scaled(t):
        size = K.cast(K.shape(t)[1:] * 2, "float32")
        return t * K.reshape(size, (1, 2))[:, :1] / K.cast(K.prod(K.shape(t)[1:]), "float32")

    x = Input((2, 4))
    model = keras.Model(x, keras.layers.Lambda(scaled)(x))
    np.testing.assert_allclose(model.predict(np.ones((3, 2, 4)), verbose=0), np.full((3, 2, 4), 0.5), rtol=1e-6)


class WithTable(keras.layers.Embedding):
    """An embedding that gives its weights too, as models do that use them again at their outputs."""

    def compute_output_shape(self, input_shape):
        return [super().compute_output_shape(input_shape), (self.input_dim, self.output_dim)]

    def compute_mask(self, inputs, mask=None):
        return [super().compute_mask(inputs, mask), None]

    def call(self, inputs):
        return [super().call(inputs), K.identity(self.embeddings)]


def test_a_layer_that_returns_its_weights_too():
    ids = np.array([[1, 2, 0]])
    inputs = Input((3,))
    vectors, table = WithTable(5, 4, mask_zero=True)(inputs)
    assert (vectors.shape, table.shape) == ((None, 3, 4), (5, 4))
    scores = keras.layers.Lambda(lambda pair: K.dot(pair[0], K.transpose(pair[1])))([vectors, table])
    model = keras.Model(inputs, scores)
    weights = model.get_weights()[0]
    model.summary(print_fn=lambda line: None)
    np.testing.assert_allclose(model.predict(ids, verbose=0), weights[ids] @ weights.T, rtol=1e-5, atol=1e-7)
    model.compile("sgd", "mse")
    model.train_on_batch(ids, np.ones((1, 3, 5)))
    assert np.any(model.get_weights()[0][3:] != weights[3:])  # by way of the table


class Pair(Dense):
    """Returns a dict where the base returns one tensor."""

    def call(self, inputs):
        outputs = super().call(inputs)
        return {"y": outputs, "largest": K.max(outputs, -1), "kernel": self.kernel, "note": None}


@pytest.mark.filterwarnings("ignore:Loading the model will need class 'Pair'")
def test_a_subclass_that_returns_more_than_its_base(tmp_path):
    layer = Pair(2)
    inputs = Input((3,))
    outputs = layer(inputs)
    shapes = {"y": (None, 2), "largest": (None,), "kernel": (3, 2), "note": None}
    assert {name: getattr(one, "shape", None) for name, one in outputs.items()} == shapes
    assert (
        layer.output_shape == layer.compute_output_shape((None, 3)) == Pair(2).compute_output_shape((None, 3)) == shapes
    )
    model = keras.Model(inputs, [outputs["y"], outputs["largest"]])
    lines = []
    model.summary(print_fn=lines.append)
    assert "(None, 2), (None,), (3, 2)" in "".join(lines)
    expected = X @ layer.get_weights()[0]
    model.save(tmp_path / "model.keras")
    for one in (
        model,
        keras.models.clone_model(model),
        keras.models.load_model(tmp_path / "model.keras", custom_objects={"Pair": Pair}),
    ):
        one.set_weights(model.get_weights())
        y, largest = one.predict(X, verbose=0)
        np.testing.assert_allclose(y, expected, rtol=1e-5)
        np.testing.assert_allclose(largest, expected.max(1), rtol=1e-5)
    model.compile("sgd", ["mse", "mse"])
    np.testing.assert_allclose(
        model.train_on_batch(X, [0 * expected, expected.max(1)])[0], (expected**2).mean(), rtol=1e-5
    )


@pytest.mark.parametrize("sequences", [False, True])
def test_recurrent_and_attention_layers_that_return_more(sequences):
    class Summed(keras.layers.LSTM):
        def call(self, *args, **kwargs):
            outputs = super().call(*args, **kwargs)
            return outputs, K.sum(outputs, -1)

    class Pooled(keras.layers.Attention):
        def call(self, inputs, mask=None, training=False):
            outputs = super().call(inputs, mask=mask, training=training)
            return outputs, K.mean(outputs, 1)

    ids = Input((3,))
    vectors = keras.layers.Embedding(5, 4, mask_zero=True)(ids)
    outputs, sums = Summed(2, return_sequences=sequences)(vectors)
    assert (outputs._keras_mask is not None) == sequences
    _, pooled = Pooled()([vectors, vectors])
    plain = keras.layers.LSTM(2, return_sequences=sequences)
    expected = plain(vectors)
    model = keras.Model(ids, [outputs, sums, pooled, expected])
    (summed,) = (layer for layer in model.layers if isinstance(layer, Summed))
    plain.set_weights(summed.get_weights())
    outputs, sums, pooled, expected = model.predict(np.array([[1, 2, 0]]), verbose=0)
    np.testing.assert_allclose(outputs, expected, rtol=1e-5)  # the mask reached it through *args and **kwargs
    np.testing.assert_allclose(sums, expected.sum(-1), rtol=1e-5)
    assert pooled.shape == (1, 4)


def test_arguments_reach_a_call_that_passes_them_on():
    class Renamed(Dropout):
        def call(self, x, **kwargs):
            return super().call(x, **kwargs)

    class Everything(keras.layers.MultiHeadAttention):
        def call(self, *args, **kwargs):
            return super().call(*args, **kwargs)

    ones = np.ones((2, 100), "float32")
    assert K.eval(Renamed(0.5)(ones, training=True)).min() == 0
    model = keras.Sequential([Input((100,)), Renamed(0.5), Dense(1, kernel_initializer="ones")])
    model.compile(keras.optimizers.SGD(0.0), "mse")
    assert (
        model.train_on_batch(ones, np.full((2, 1), 100.0))
        > 0
        == model.evaluate(ones, np.full((2, 1), 100.0), verbose=0)
    )
    steps = X.reshape(1, 4, 3)
    assert K.eval(Everything(2, 3)(query=steps, value=steps)).shape == (1, 4, 3)


def test_every_step_of_a_layer_that_returns_more():
    class Two(Dense):
        def call(self, inputs):
            outputs = super().call(inputs)
            return outputs, -outputs

    inputs = Input((4, 3))
    model = keras.Model(inputs, list(keras.layers.TimeDistributed(Two(2))(inputs)))
    first, second = model.predict(X.reshape(1, 4, 3), verbose=0)
    np.testing.assert_allclose(first, -second)
    assert keras.layers.TimeDistributed(Two(2)).compute_output_shape((None, 4, 3)) == [(None, 4, 2), (None, 4, 2)]


def steps_of(call):
    """What a layer with this `call` gives for ones, and the losses of three steps that change no weight."""
    x = np.ones((4, 3, 5), "float32")

    class Made(Layer):
        def call(self, inputs):
            return call(inputs)

    inputs = Input(x.shape[1:])
    outputs = Dense(5, use_bias=False, kernel_initializer="identity")(Made()(inputs))
    model = keras.Model(inputs, outputs)
    model.compile(keras.optimizers.SGD(0.0), "mse")
    uneven = np.random.default_rng(0).random(x.shape, "float32")  # no two sets of them have one sum
    return model.predict(x, verbose=0), [float(model.train_on_batch(uneven, 0 * x)) for _ in range(3)]


def test_layers_made_in_call_draw_anew_in_each_step():
    layers = keras.layers

    def call(x):
        x = layers.Attention(dropout=0.5)([x, x])
        x = layers.GaussianNoise(0.1)(layers.SpatialDropout1D(0.2)(x))
        return layers.AdditiveAttention(use_scale=False, dropout=0.2)([x, x])

    outputs, losses = steps_of(call)
    np.testing.assert_allclose(outputs, 1.0, rtol=1e-5)
    assert len(set(losses)) == 3


def test_layers_with_a_build_and_without_weights_made_in_call():
    layers = keras.layers

    class Sum:
        state_size = 5

        def call(self, x, states):
            return x + states[0], [x + states[0]]

    def call(x):
        joined = layers.Concatenate()([layers.add([x, x]), layers.Multiply()([x, layers.Reshape((3, 5))(x)])])
        return layers.RNN(Sum(), return_sequences=True)(joined[..., :5])

    outputs, _ = steps_of(call)
    np.testing.assert_allclose(outputs[0, :, 0], [2.0, 4.0, 6.0], rtol=1e-6)


def test_a_layer_with_weights_made_in_call_is_named():
    with pytest.raises(RuntimeError, match=r"Layer 'dense.*' is used for the first time inside a staged function"):
        steps_of(lambda x: Dense(5)(x))


def test_generators_and_metrics_made_in_call():
    def call(x):
        generator, mean = keras.random.SeedGenerator(3), keras.metrics.Mean()
        mean.update_state(x * 2)
        noise = keras.ops.map(lambda row: row * 0 + keras.random.uniform((3, 5), seed=generator), x)
        return noise + mean.result()

    outputs, losses = steps_of(call)
    assert len(set(losses)) == 1  # a seed gives the same numbers in every run
    assert not np.allclose(outputs[0], outputs[1]) and 2 <= outputs.min() < outputs.max() < 3

    _, losses = steps_of(lambda x: x + keras.random.normal((5,), seed=keras.random.SeedGenerator()))
    assert len(set(losses)) == 3


def test_what_k_rnn_uses_may_be_made_in_call():
    def call(x):
        factor = K.variable(np.full(5, 2.0))

        def step(inputs, states):
            output = Activation("relu")(inputs) * factor + states[0] * K.variable([1.0] * 5) + K.zeros((5,))
            return Dropout(0.5)(output), [output]

        return K.rnn(step, x, [K.zeros_like(x[:, 0])])[1]

    outputs, losses = steps_of(call)
    np.testing.assert_allclose(outputs[0, :, 0], [2.0, 4.0, 6.0], rtol=1e-6)
    assert len(set(losses)) == 3


FIXED = {
    "name": "fixed",
    "input_shape": (None, 3),
    "output_shape": (None, 3),
    "weights": [],
    "trainable_weights": [],
    "non_trainable_weights": [],
    "losses": [],
    "updates": [],
    "metrics": [],
    "trainable": True,
    "dtype": "float32",
    "stateful": False,
    "input_spec": None,
    "built": True,
    "autocast": True,
}


@pytest.mark.parametrize("attribute", FIXED)
def test_any_attribute_of_the_base_may_be_a_read_only_property(attribute):
    call = {"call": lambda self, x: x * 2}
    layer = type("Fixed", (Layer,), call | {attribute: property(lambda self: FIXED[attribute])})()
    inputs = Input((3,))
    model = keras.Model(inputs, layer(inputs))
    assert getattr(layer, attribute) == FIXED[attribute]
    np.testing.assert_allclose(model.predict(X, verbose=0), 2 * X)
    model.get_config()
