import numpy as np
import pytest
from keras_conformance import Case, LayerContract
from keras_core import Input, Layer, Model
from keras_layers import GRU, LSTM, RNN, Bidirectional, Dense, LSTMCell
from layer_references import gru_step, run_over_time

MASK = np.array([[True, False, True], [False, True, True]])
X = np.random.default_rng(2).normal(size=(2, 3, 4)).astype("float32")
MERGES = {
    "concat": lambda a, b: np.concatenate([a, b], -1),
    "sum": np.add,
    "mul": np.multiply,
    "ave": lambda a, b: (a + b) / 2,
}


class TestBidirectional(LayerContract):
    layer = Bidirectional
    computes = False
    tolerance = 1e-4
    cases = [
        Case((2, 3, 4), lambda: {"layer": GRU(2)}),
        Case((2, 3, 4), lambda: {"layer": GRU(2, return_sequences=True), "merge_mode": "sum"}, {"mask": MASK}),
        Case((2, 3, 4), lambda: {"layer": GRU(2, return_sequences=True), "merge_mode": "mul"}),
        Case((2, 3, 4), lambda: {"layer": GRU(2, return_sequences=True, return_state=True), "merge_mode": "ave"}),
        Case((2, 3, 4), lambda: {"layer": GRU(2, return_sequences=True), "merge_mode": None}),
    ]

    def reference(self, inputs, weights, layer, merge_mode="concat", mask=None):
        start = [np.zeros((len(inputs), 2))]
        forward, of_forward = run_over_time(gru_step(weights[:3]), inputs, start, mask)
        backward, of_backward = run_over_time(gru_step(weights[3:]), inputs, start, mask, go_backwards=True)
        if layer.return_sequences:
            backward = backward[:, ::-1]
            kept = 1 if mask is None else mask[..., None]
            forward, backward = forward * kept, backward * kept
        else:
            forward, backward = forward[:, -1], backward[:, -1]
        states = [*of_forward, *of_backward] if layer.return_state else []
        if merge_mode is None:
            return [forward, backward, *states]
        merged = MERGES[merge_mode](forward, backward)
        return [merged, *states] if states else merged


def test_layers_are_copies_named_by_direction():
    inner = LSTM(2, name="reader")
    layer = Bidirectional(inner)
    assert (layer.forward_layer.name, layer.backward_layer.name) == ("forward_reader", "backward_reader")
    assert layer.forward_layer is not inner
    assert layer.backward_layer.go_backwards
    layer.build((None, 3, 4))
    assert len(layer.weights) == 6


def test_states_of_both_directions_come_in_and_go_out():
    layer = Bidirectional(LSTM(2, return_state=True))
    states = [np.full((2, 2), k / 4, "float32") for k in range(4)]
    output, *last = layer(X, initial_state=states)
    forward = layer.forward_layer(X, initial_state=states[:2])
    backward = layer.backward_layer(X, initial_state=states[2:])
    np.testing.assert_allclose(np.asarray(output)[:, 2:], np.asarray(backward[0]), rtol=1e-5)
    for one, other in zip(last, [*forward[1:], *backward[1:]], strict=True):
        np.testing.assert_allclose(np.asarray(one), np.asarray(other), rtol=1e-5)
    inputs, given = Input((3, 4)), [Input((2,)) for _ in states]
    model = Model([inputs, *given], layer(inputs, initial_state=given)[0])
    np.testing.assert_allclose(np.asarray(model([X, *states])), np.asarray(output), rtol=1e-5)
    with pytest.raises(ValueError, match="forward states, then as many backward states, got 3"):
        layer(X, initial_state=states[:3])


def test_a_backward_layer_of_its_own():
    layer = Bidirectional(LSTM(2), backward_layer=GRU(3, go_backwards=True))
    assert np.shape(layer(X)) == (2, 5)
    copy = Bidirectional.from_config(layer.get_config())
    assert isinstance(copy.backward_layer, GRU)
    with pytest.raises(ValueError, match="backward_layer must have go_backwards=True"):
        Bidirectional(LSTM(2), backward_layer=GRU(3))


def test_any_recurrent_layer_works():
    assert np.shape(Bidirectional(RNN(LSTMCell(3), return_sequences=True))(X)) == (2, 3, 6)
    with pytest.raises(ValueError, match="layer must be a recurrent layer"):
        Bidirectional(Dense(3))
    with pytest.raises(ValueError, match="merge_mode must be one of"):
        Bidirectional(LSTM(3), merge_mode="max")


def test_a_cell_that_is_not_registered():
    class Counter(Layer):
        state_size = 1

        def call(self, inputs, states):
            total = states[0] + inputs
            return total, [total]

    layer = Bidirectional(RNN(Counter()))
    assert type(layer.backward_layer.cell) is Counter
    x = np.arange(6, dtype="float32").reshape(2, 3, 1)
    np.testing.assert_allclose(np.asarray(layer(x)), np.repeat(x.sum(1), 2, axis=1))


def test_masks_go_on_with_sequences():
    layer = Bidirectional(LSTM(2, return_sequences=True), merge_mode=None)
    assert layer.compute_mask(X, MASK) == [MASK, MASK]
    assert Bidirectional(LSTM(2)).compute_mask(X, MASK) is None


def test_initial_weights_and_input_shape():
    source = Bidirectional(GRU(2))
    source(X)
    layer = Bidirectional(GRU(2, input_shape=(3, 4)), weights=source.get_weights())
    assert layer.batch_input_shape == (None, 3, 4)
    np.testing.assert_array_equal(np.asarray(layer(X)), np.asarray(source(X)))


def test_stateful_directions_are_reset_together():
    layer = Bidirectional(LSTM(2, stateful=True))
    first = np.asarray(layer(X))
    assert np.abs(np.asarray(layer(X)) - first).max() > 1e-5
    layer.reset_states()
    np.testing.assert_allclose(np.asarray(layer(X)), first, rtol=1e-6)


def test_a_layer_that_returns_several_outputs_is_named():
    class Two(GRU):
        def call(self, sequences, **kwargs):
            outputs = super().call(sequences, **kwargs)
            return outputs, outputs

    with pytest.raises(ValueError, match="Two 'forward_mine' returned 2 outputs, expected one tensor to merge"):
        Bidirectional(Two(2, name="mine"))(X)
