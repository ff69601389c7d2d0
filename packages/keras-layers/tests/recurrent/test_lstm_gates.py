"""The gates of an LSTM, whatever its products are."""

import numpy as np
import pytest
from keras_layers import ConvLSTM1DCell, LSTMCell


@pytest.mark.parametrize(
    ("cell", "shape", "axis"),
    [
        (lambda: LSTMCell(2), (None, 3), -1),
        (lambda: ConvLSTM1DCell(2, 1, data_format="channels_first"), (None, 3, 4), 1),
    ],
)
def test_blocks_by_hand(cell, shape, axis):
    cell = cell()
    cell.build(shape)
    rng = np.random.default_rng(0)
    blocks = rng.normal(size=(4, 1, 2, 4) if axis == 1 else (4, 1, 2))
    memory = rng.normal(size=blocks.shape[1:])
    i, f, o = (1 / (1 + np.exp(-blocks[k])) for k in (0, 1, 3))
    c = f * memory + i * np.tanh(blocks[2])
    z = np.concatenate(blocks, axis=axis).astype("float32")
    output, states = cell._through_gates(z, memory.astype("float32"), axis)
    np.testing.assert_allclose(np.asarray(output), o * np.tanh(c), rtol=1e-4, atol=1e-5)
    np.testing.assert_allclose(np.asarray(states[1]), c, rtol=1e-4, atol=1e-5)
    np.testing.assert_array_equal(cell.bias.numpy(), [0, 0, 1, 1, 0, 0, 0, 0])
