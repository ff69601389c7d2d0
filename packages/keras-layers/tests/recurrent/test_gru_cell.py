import numpy as np
from keras_conformance import Case, LayerContract
from keras_layers import GRUCell
from layer_references import gru_step

STATES = list(np.random.default_rng(5).normal(size=(1, 2, 3)).astype("float32"))


class TestGRUCell(LayerContract):
    layer = GRUCell
    cases = [
        Case((2, 4), {"units": 3}, {"states": STATES}),
        Case((2, 4), {"units": 3, "reset_after": False}, {"states": STATES}),
    ]

    def reference(self, inputs, weights, units, states, reset_after=True):
        new = gru_step(weights, reset_after)(inputs, states)
        return [new[0], *new]


def test_states_begin_at_zero():
    states = GRUCell(3).get_initial_state(batch_size=2)
    assert [np.asarray(s).tolist() for s in states] == [np.zeros((2, 3)).tolist()] * 1


def test_dropout_alone():
    cell = GRUCell(3, dropout=1.0, recurrent_dropout=1.0, seed=0, use_bias=False)
    x = np.ones((2, 4), "float32")
    output, _ = cell(x, [0 * s for s in STATES], training=True)
    np.testing.assert_array_equal(np.asarray(output), np.zeros((2, 3)))
    assert np.abs(np.asarray(cell(x, STATES)[0])).max() > 0
