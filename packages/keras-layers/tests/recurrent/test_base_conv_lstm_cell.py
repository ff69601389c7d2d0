"""What the cells of convolutional LSTMs have in common.

Covers: conv_lstm1d_cell.py, conv_lstm2d_cell.py, conv_lstm3d_cell.py
"""

import numpy as np
import pytest
from keras_layers import ConvLSTM1DCell, ConvLSTM2D, ConvLSTM2DCell, ConvLSTM3DCell

SPACE = (5, 4, 3)


@pytest.mark.parametrize(("cell", "rank"), [(ConvLSTM1DCell, 1), (ConvLSTM2DCell, 2), (ConvLSTM3DCell, 3)])
def test_shapes_of_weights_and_states(cell, rank):
    cell = cell(2, 3, padding="same", strides=2, data_format="channels_last")
    assert cell.output_size == (*(None,) * rank, 2)
    cell.build((None, *SPACE[:rank], 1))
    window = (3,) * rank
    assert [tuple(w.shape) for w in cell.weights] == [(*window, 1, 8), (*window, 2, 8), (8,)]
    places = tuple(-(-n // 2) for n in SPACE[:rank])
    assert cell.state_size == [(*places, 2)] * 2
    states = cell.get_initial_state(batch_size=4)
    assert [tuple(s.shape) for s in states] == [(4, *places, 2)] * 2 and not np.any([np.asarray(s) for s in states])


def test_the_forget_gate_begins_open():
    cell = ConvLSTM2DCell(2, 3)
    cell.build((None, 5, 5, 1))
    np.testing.assert_array_equal(cell.bias.numpy(), [0, 0, 1, 1, 0, 0, 0, 0])
    cell = ConvLSTM2DCell(2, 3, unit_forget_bias=False)
    cell.build((None, 5, 5, 1))
    np.testing.assert_array_equal(cell.bias.numpy(), np.zeros(8))


def test_what_does_not_fit_is_said():
    with pytest.raises(ValueError, match=r"ConvLSTM2DCell .*too short for a window of 3"):
        ConvLSTM2DCell(2, 3).build((None, 2, 5, 1))
    with pytest.raises(ValueError, match="filters must be a positive integer"):
        ConvLSTM2DCell(0, 3)
    with pytest.raises(ValueError, match="cannot both exceed 1"):
        ConvLSTM2DCell(2, 3, strides=2, dilation_rate=2)


def test_names_of_keras_1():
    with pytest.warns(DeprecationWarning, match="Keras 1 argument"):
        layer = ConvLSTM2D(nb_filter=4, nb_row=3, nb_col=2, border_mode="same", inner_activation="hard_sigmoid")
    assert (layer.filters, layer.kernel_size, layer.padding) == (4, (3, 2), "same")
    assert layer.recurrent_activation.__name__ == "hard_sigmoid"
