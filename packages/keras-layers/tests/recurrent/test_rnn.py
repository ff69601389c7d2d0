import numpy as np
import pytest
from keras_conformance import Case, LayerContract
from keras_core import Input, Layer, Model, Variable, ops, saving
from keras_layers import RNN, Dense, GRUCell, LSTMCell, StackedRNNCells
from layer_references import gru_step, lstm_step, run_over_time

MASK = np.array([[True, False, True], [False, True, True]])
X = np.random.default_rng(2).normal(size=(2, 3, 4)).astype("float32")


class TestRNN(LayerContract):
    layer = RNN
    computes = False
    tolerance = 1e-4
    cases = [
        Case((2, 3, 4), lambda: {"cell": LSTMCell(2)}),
        Case((2, 3, 4), lambda: {"cell": [LSTMCell(2), GRUCell(3)], "return_sequences": True, "return_state": True}),
        Case((2, 3, 4), lambda: {"cell": [LSTMCell(2), GRUCell(3)], "go_backwards": True}, {"mask": MASK}),
    ]

    def reference(
        self, inputs, weights, cell, return_sequences=False, return_state=False, go_backwards=False, mask=None
    ):
        start = [np.zeros((len(inputs), 2))] * 2
        lower = lstm_step(weights[:3])
        if len(weights) == 3:
            return run_over_time(lower, inputs, start)[0][:, -1]
        upper = gru_step(weights[3:])

        def step(x, states):
            h, c = lower(x, states[1:])
            return [*upper(h, states[:1]), h, c]

        outputs, (top, h, c) = run_over_time(step, inputs, [np.zeros((len(inputs), 3)), *start], mask, go_backwards)
        result = outputs if return_sequences else outputs[:, -1]
        return [result, [h, c], top] if return_state else result


@saving.register_keras_serializable("tests")
class Counter(Layer):
    """A cell in Keras 2 style: a single state, no output_size, states in and out as lists."""

    def __init__(self, units, **kwargs):
        super().__init__(**kwargs)
        self.units = self.state_size = units

    def build(self, input_shape):
        self.kernel = self.add_weight("kernel", (input_shape[-1], self.units), initializer="ones")
        self.built = True

    def call(self, inputs, states):
        output = ops.matmul(inputs, self.kernel) + states[0]
        return output, [output]

    def get_config(self):
        return {**super().get_config(), "units": self.units}


def test_a_cell_of_a_users_own():
    layer = RNN(Counter(2), return_sequences=True)
    np.testing.assert_allclose(np.asarray(layer(X))[..., 0], X.sum(-1).cumsum(1), rtol=1e-5)
    copy = RNN.from_config(layer.get_config())
    assert isinstance(copy.cell, Counter)
    assert copy.cell.units == 2


class WithOptions(Layer):
    """A cell with several states of different shapes, constants and states of its own making."""

    state_size = (3, 5)
    output_size = 3

    def build(self, input_shape):
        step, constant = input_shape
        assert (step[-1], constant[-1]) == (4, 3)
        super().build(input_shape)

    def get_initial_state(self, inputs=None, batch_size=None, dtype=None):
        return [ops.ones((batch_size, size), dtype=dtype) for size in self.state_size]

    def call(self, inputs, states, constants):
        output = states[0] + constants[0]
        return output, [output, states[1] * 2]


def test_constants_reach_the_cell_and_states_begin_as_it_says():
    constant = np.arange(6, dtype="float32").reshape(2, 3)
    layer = RNN(WithOptions(), return_state=True)
    output, first, second = layer(X, constants=constant)
    np.testing.assert_allclose(np.asarray(output), 1 + 3 * constant)
    np.testing.assert_allclose(np.asarray(first), 1 + 3 * constant)
    np.testing.assert_allclose(np.asarray(second), np.full((2, 5), 8))
    inputs, given = Input((3, 4)), Input((3,))
    layer = RNN(WithOptions())
    model = Model([inputs, given], layer(inputs, constants=given))
    np.testing.assert_allclose(np.asarray(model([X, constant])), 1 + 3 * constant)


def test_stacked_cells_take_flat_or_nested_states():
    layer = RNN([LSTMCell(2), GRUCell(3)])
    h, c, top = (np.full((2, n), 0.5, "float32") for n in (2, 2, 3))
    nested = np.asarray(layer(X, initial_state=[[h, c], top]))
    np.testing.assert_array_equal(np.asarray(layer(X, initial_state=[h, c, top])), nested)
    assert np.abs(np.asarray(layer(X)) - nested).max() > 1e-4


def test_stacked_cells_keep_state():
    layer, whole = RNN([LSTMCell(2), GRUCell(3)], stateful=True), RNN([LSTMCell(2), GRUCell(3)])
    layer(X)
    whole(X)
    layer.set_weights(whole.get_weights())
    layer.reset_states()
    for t in range(3):
        last = layer(X[:, t : t + 1])
    np.testing.assert_allclose(np.asarray(last), np.asarray(whole(X)), rtol=1e-5, atol=1e-6)


def test_a_list_of_cells_is_stacked():
    layer = RNN([LSTMCell(2), GRUCell(3)])
    assert isinstance(layer.cell, StackedRNNCells)
    assert layer.state_size == [[2, 2], 3]
    assert layer.output_size == 3


def test_dropout_in_stacked_cells_draws_once_a_sequence():
    layer = RNN([LSTMCell(2, dropout=0.5, seed=1), GRUCell(3, recurrent_dropout=0.5, seed=2)])
    plain = np.asarray(layer(X))
    assert np.abs(np.asarray(layer(X, training=True)) - plain).max() > 1e-4
    assert [cell.seed_generator.state.numpy()[1] for cell in layer.cell.cells] == [1, 1]


def test_something_that_is_no_cell_is_refused():
    with pytest.raises(ValueError, match=r"cell must have call\(inputs, states\) and state_size"):
        RNN(Layer())
    with pytest.raises(ValueError, match="cells must be a list of cells"):
        RNN([])


class Plain:
    """A cell that is no layer, with a layer and a Variable in it; the layer is built by its first call."""

    state_size = 2

    def __init__(self):
        self.inner = {"dense": Dense(2, kernel_initializer="ones")}
        self.scale = Variable(np.array([2.0, 3.0], "float32"))

    def call(self, inputs, states):
        output = (self.inner["dense"](inputs) + states[0]) * self.scale
        return output, [output]


@pytest.mark.parametrize("stacked", [False, True])
def test_layers_and_variables_of_a_cell_that_is_no_layer_are_trained_and_saved(stacked, tmp_path, needs_train):
    def network():
        start = Input((3, 4))
        return Model(start, RNN([Plain()] if stacked else Plain())(start))

    model = network()
    assert sorted(w.shape for w in model.trainable_weights) == [(2,), (2,), (4, 2)]
    rows = X.sum(-1)  # with a kernel of ones and no bias, the state is ((r0 * s + r1) * s + r2) * s
    scale = np.array([2.0, 3.0])
    expected = sum(rows[:, t : t + 1] * scale ** (3 - t) for t in range(3))
    np.testing.assert_allclose(model.predict(X, verbose=0), expected, rtol=1e-4)
    before = model.get_weights()
    model.compile("sgd", "mse")
    model.fit(X, np.zeros((2, 2), "float32"), verbose=0)
    assert not any(np.array_equal(one, now) for one, now in zip(before, model.get_weights(), strict=True))
    model.save_weights(tmp_path / "cell.weights.h5")
    other = network()
    other.load_weights(tmp_path / "cell.weights.h5")
    np.testing.assert_array_equal(other.predict(X, verbose=0), model.predict(X, verbose=0))
