import numpy as np
from keras_conformance import Case, LayerContract
from keras_layers import SimpleRNNCell
from layer_references import simple_rnn_step

STATES = list(np.random.default_rng(5).normal(size=(1, 2, 3)).astype("float32"))


class TestSimpleRNNCell(LayerContract):
    layer = SimpleRNNCell
    cases = [
        Case((2, 4), {"units": 3}, {"states": STATES}),
    ]

    def reference(self, inputs, weights, units, states):
        new = simple_rnn_step(weights)(inputs, states)
        return [new[0], *new]


def test_states_begin_at_zero():
    states = SimpleRNNCell(3).get_initial_state(batch_size=2)
    assert [np.asarray(s).tolist() for s in states] == [np.zeros((2, 3)).tolist()] * 1


def test_dropout_alone():
    cell = SimpleRNNCell(3, dropout=1.0, recurrent_dropout=1.0, seed=0, use_bias=False)
    x = np.ones((2, 4), "float32")
    output, _ = cell(x, [0 * s for s in STATES], training=True)
    np.testing.assert_array_equal(np.asarray(output), np.zeros((2, 3)))
    assert np.abs(np.asarray(cell(x, STATES)[0])).max() > 0
