"""Recurrent layers: constants, cells of any kind, states and their initial values."""

import numpy as np
import pytest

keras = pytest.importorskip("keras")
from keras import backend as K, layers  # noqa: E402, I001


class WithConstant(layers.Layer):
    """h' = x @ k + h + c @ m: linear, so that the result can be computed by hand."""

    def __init__(self, units, **kwargs):
        self.units = self.state_size = units
        super().__init__(**kwargs)

    def build(self, input_shape):
        step, constant = input_shape
        self.k = self.add_weight(name="k", shape=(step[-1], self.units), initializer="uniform")
        self.m = self.add_weight(name="m", shape=(constant[-1], self.units), initializer="uniform")
        self.built = True

    def call(self, inputs, states, constants):
        (state,), (constant,) = states, constants
        output = K.dot(inputs, self.k) + state + K.dot(constant, self.m)
        return output, [output]

    def get_config(self):
        return {**super().get_config(), "units": self.units}


X = np.random.default_rng(0).random((2, 3, 5), "float32")
C = np.random.default_rng(1).random((2, 4), "float32")
CUSTOM = {"WithConstant": WithConstant}


def by_hand(kernel, of_constant, state=0.0):
    return X.sum(1) @ kernel + 3 * C @ of_constant + state


@pytest.mark.parametrize("as_list", [True, False])
def test_constants_of_a_graph(as_list):
    x, constant = keras.Input((None, 5)), keras.Input((4,))
    layer = layers.RNN(WithConstant(2))
    model = keras.Model([x, constant], layer(x, constants=[constant] if as_list else constant))
    weights = model.get_weights()
    np.testing.assert_allclose(model.predict([X, C], verbose=0), by_hand(*weights), rtol=1e-4)
    again = keras.Model.from_config(model.get_config(), custom_objects=CUSTOM)
    again.set_weights(weights)
    np.testing.assert_allclose(again.predict([X, C], verbose=0), by_hand(*weights), rtol=1e-4)
    assert layer.get_config()["num_constants"] == 1


def test_constants_in_one_list_with_the_states():
    first = layers.RNN(WithConstant(2))
    first(X, constants=[C])
    state = np.ones((2, 2), "float32")
    again = layers.RNN.from_config(first.get_config(), custom_objects=CUSTOM)
    again(X[:1], constants=[C[:1]])
    again.set_weights(first.get_weights())
    for given, begin in ([X, C], 0.0), ([X, state, C], state):
        np.testing.assert_allclose(K.eval(again(given)), by_hand(*first.get_weights(), begin), rtol=1e-4)


def test_constants_in_both_directions():
    x, constant = keras.Input((None, 5)), keras.Input((4,))
    model = keras.Model([x, constant], layers.Bidirectional(layers.RNN(WithConstant(2)))(x, constants=[constant]))
    weights = model.get_weights()
    expected = np.concatenate([by_hand(*weights[:2]), by_hand(*weights[2:])], 1)
    np.testing.assert_allclose(model.predict([X, C], verbose=0), expected, rtol=1e-4)


class Plain:
    """A cell that is no layer, and makes what it needs in `build`."""

    state_size = 2

    def build(self, input_shape):
        self.factors = K.constant(np.full((input_shape[-1], 2), 2.0))

    def call(self, inputs, states):
        output = K.dot(inputs, self.factors) + states[0]
        return output, [output]


def test_a_cell_that_is_no_layer():
    x = keras.Input((3, 5))
    expected = 2 * X.sum((1, 2), keepdims=True)[:, 0].repeat(2, 1)
    for cell in (Plain(), [Plain()]):
        model = keras.Model(x, layers.RNN(cell)(x))
        np.testing.assert_allclose(model.predict(X, verbose=0), expected, rtol=1e-5)


def test_stacked_cells_have_sizes_states_and_losses_each():
    cells = [layers.LSTMCell(3, kernel_regularizer="l2"), layers.GRUCell(2, kernel_regularizer="l2")]
    layer = layers.RNN(cells)
    layer.build((None, None, 5))
    assert layer.cell.state_size == [[3, 3], 2] and layer.cell.output_size == 2
    shapes = keras.tree.map_structure(lambda state: tuple(state.shape), layer.get_initial_state(batch_size=4))
    assert shapes == [[(4, 3), (4, 3)], (4, 2)]
    expected = [0.01 * np.sum(K.get_value(cell.kernel) ** 2) for cell in cells]
    np.testing.assert_allclose([K.eval(loss) for loss in layer.losses], expected, rtol=1e-4)


def test_initial_states_that_are_symbolic():
    x, h = keras.Input((3, 5)), keras.Input((2,))
    layer = layers.GRU(2)
    begin = layer.get_initial_state(x)
    outputs = [layer(x, initial_state=h), layer([x, h]), layer(x, initial_state=begin), layer(x)]
    one, listed, zeros, plain = keras.Model([x, h], outputs).predict([X, np.ones((2, 2))], verbose=0)
    np.testing.assert_allclose(one, listed, rtol=1e-6)
    np.testing.assert_allclose(zeros, plain, rtol=1e-6)
    assert not np.allclose(one, plain)


@pytest.mark.parametrize(("cell", "gates"), [("LSTM", 4), ("GRU", 3), ("SimpleRNN", 1)])
def test_initial_recurrent_kernels_gate_by_gate(cell, gates):
    for initializer, expected in ("identity", True), ("orthogonal", False), (keras.initializers.Orthogonal(2.0), None):
        layer = getattr(layers, cell)(4, recurrent_initializer=initializer)
        layer.build((None, 3, 5))
        blocks = np.split(K.get_value(layer.cell.recurrent_kernel), gates, axis=1)
        gain = 4 if expected is None else 1
        for block in blocks:
            np.testing.assert_allclose(block @ block.T, gain * np.eye(4), atol=1e-5)
            assert np.allclose(block, np.eye(4)) == bool(expected)
        if gates > 1 and not expected:
            assert not np.allclose(blocks[0], blocks[1])


def test_a_stateful_layer_names_the_batch_size_it_needs():
    layer = layers.LSTM(4, stateful=True)
    layer(X)
    with pytest.raises(ValueError, match="stateful and keeps the states of 2 sequences, got a batch of 1"):
        layer(X[:1])
    with pytest.raises(ValueError, match=r"LSTM .* state of shape \(2, 4\), got an array of shape \(3, 4\)"):
        layer.reset_states([np.zeros((3, 4)), np.zeros((2, 4))])
    model = keras.Sequential([layers.LSTM(4, stateful=True, batch_input_shape=(2, 3, 5))])
    model.compile("sgd", "mse")
    for rows in (4, 3):
        with pytest.raises(ValueError, match="batch size is fixed: give batch_size=2"):
            model.predict(np.ones((rows, 3, 5)), batch_size=rows, verbose=0)
    with pytest.raises(ValueError, match="batch size is fixed: give batch_size=2"):
        model.fit(np.ones((3, 3, 5)), np.ones((3, 4)), batch_size=2, verbose=0)


class Penalized(layers.Layer):
    """h' = x @ k + h, penalized in every step by the mean of its squares."""

    def __init__(self, units=2, **kwargs):
        super().__init__(**kwargs)
        self.units = self.state_size = units

    def build(self, input_shape):
        self.k = self.add_weight(name="k", shape=(input_shape[-1], self.units), initializer="ones")

    def call(self, inputs, states):
        output = keras.ops.matmul(inputs, self.k) + states[0]
        self.add_loss(keras.ops.mean(keras.ops.square(output)))
        return output, [output]


def penalty(sums, kernel):
    return sum(((sums[:, step] @ kernel) ** 2).mean() for step in range(sums.shape[1]))


@pytest.mark.parametrize("unroll", [False, True])
@pytest.mark.parametrize("eagerly", [False, True])
def test_losses_of_all_steps_are_trained(unroll, eagerly):
    inputs = keras.Input((3, 5))
    model = keras.Model(inputs, layers.RNN(Penalized(), unroll=unroll)(inputs))
    assert model.losses == []
    model.compile(keras.optimizers.SGD(0.01), run_eagerly=eagerly)
    sums, kernel = X.cumsum(1), np.ones((5, 2), "float32")
    loss = model.fit(X, verbose=0).history["loss"]
    np.testing.assert_allclose(loss, [penalty(sums, kernel)], rtol=1e-5)
    gradient = sum(sums[:, step].T @ (sums[:, step] @ kernel) for step in range(3)) * 2 / (len(X) * 2)
    np.testing.assert_allclose(model.get_weights()[0], kernel - 0.01 * gradient, rtol=1e-5)


def test_the_losses_of_steps_are_one_for_each_cell():
    inputs = keras.Input((3, 5))
    model = keras.Model(inputs, layers.RNN([Penalized(), Penalized(3)])(inputs))
    first = X.cumsum(1) @ np.ones((5, 2))
    expected = [sum((h[:, step] ** 2).mean() for step in range(3)) for h in (first, 2 * first.cumsum(1))]
    for _ in range(3):  # the later calls are compiled
        model(X)
        np.testing.assert_allclose([K.get_value(one) for one in model.losses], expected, rtol=1e-5)
    model.compile("sgd")
    np.testing.assert_allclose(model.evaluate(X, verbose=0), sum(expected), rtol=1e-5)


def test_regularizers_of_a_cell_and_of_layers_in_it_count_in_every_step():
    class Nested(layers.Layer):
        def __init__(self):
            super().__init__(activity_regularizer="l1")
            self.state_size = 2
            self.inner = layers.Dense(2, use_bias=False, kernel_initializer="ones", activity_regularizer="l2")

        def build(self, input_shape):
            self.inner.build(input_shape)

        def call(self, inputs, states):
            return self.inner(inputs), [states[0]]

    inputs = keras.Input((3, 5))
    model = keras.Model(inputs, layers.RNN(Nested())(inputs))
    model.compile("sgd")
    outputs = X.sum(-1)
    expected = 2 * (0.01 * outputs.sum() + 0.01 * (outputs**2).sum()) / len(X)
    np.testing.assert_allclose(model.evaluate(X, verbose=0), expected, rtol=1e-5)


def test_losses_in_steps_of_other_loops():
    class Loops(layers.Layer):
        def build(self, input_shape):
            self.w = self.add_weight(shape=(), initializer="ones")

        def call(self, inputs):
            def row(one):
                self.add_loss(lambda: self.w * keras.ops.sum(one))
                return one

            def twice():
                self.add_loss([self.w * 100, self.w * 100])
                return 0.0

            def once():
                self.add_loss(self.w * 10)
                return 0.0

            keras.ops.map(row, inputs)
            keras.ops.cond(keras.ops.sum(inputs) > 0, once, twice)
            return inputs

    inputs = keras.Input((3, 5))
    model = keras.Model(inputs, Loops()(inputs))
    model.compile(keras.optimizers.SGD(1e-3))
    np.testing.assert_allclose(model.evaluate(X, verbose=0), X.sum() + 10, rtol=1e-5)
    np.testing.assert_allclose(model.evaluate(-X, verbose=0), 200 - X.sum(), rtol=1e-5)
    np.testing.assert_allclose(model.train_on_batch(X), X.sum() + 10, rtol=1e-5)
    np.testing.assert_allclose(model.get_weights()[0], 1 - 1e-3 * (X.sum() + 10), rtol=1e-5)


@pytest.mark.parametrize("masked", [False, True])
def test_losses_in_the_steps_of_k_rnn(masked):
    class Recurrent(layers.Layer):
        def build(self, input_shape):
            self.k = self.add_weight(name="k", shape=(input_shape[-1], 2), initializer="ones")

        def call(self, inputs, mask=None):
            def step(x, states):
                output = K.dot(x, self.k) + states[0]
                self.add_loss(K.mean(K.square(output)))
                return output, [output]

            return K.rnn(step, inputs, [K.zeros((2, 2))], mask=mask)[0]

    first = [layers.Masking()] if masked else []
    model = keras.Sequential([keras.Input((3, 5), batch_size=2), *first, Recurrent()])
    model.compile("sgd")
    expected = penalty(X.cumsum(1), np.ones((5, 2)))
    np.testing.assert_allclose(model.evaluate(X, batch_size=2, verbose=0), expected, rtol=1e-5)
