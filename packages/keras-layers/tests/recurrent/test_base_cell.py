"""What SimpleRNNCell, LSTMCell and GRUCell have in common."""

import numpy as np
import pytest
from keras_layers import GRUCell, LSTMCell, SimpleRNNCell

CELLS = pytest.mark.parametrize(("cell", "count"), [(SimpleRNNCell, 1), (LSTMCell, 2), (GRUCell, 1)])


@CELLS
def test_states_begin_at_zero(cell, count):
    states = cell(3).get_initial_state(batch_size=2)
    assert [np.asarray(s).tolist() for s in states] == [np.zeros((2, 3)).tolist()] * count


@CELLS
def test_dropout_alone(cell, count):
    states = list(np.random.default_rng(5).normal(size=(count, 2, 3)).astype("float32"))
    layer = cell(3, dropout=1.0, recurrent_dropout=1.0, seed=0, use_bias=False)
    x = np.ones((2, 4), "float32")
    output, _ = layer(x, [0 * s for s in states], training=True)
    np.testing.assert_array_equal(np.asarray(output), np.zeros((2, 3)))
    assert np.abs(np.asarray(layer(x, states)[0])).max() > 0
