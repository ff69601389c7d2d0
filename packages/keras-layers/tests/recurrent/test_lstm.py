import numpy as np
from keras_layers import LSTM
from layer_references import lstm_step
from recurrent_contract import RecurrentContract


class TestLSTM(RecurrentContract):
    layer = LSTM
    step = staticmethod(lstm_step)
    states = 2


def test_the_forget_gate_begins_open():
    layer = LSTM(2, bias_initializer="zeros")
    layer.build((None, 3, 4))
    np.testing.assert_array_equal(layer.cell.bias.numpy(), [0, 0, 1, 1, 0, 0, 0, 0])
    layer = LSTM(2, unit_forget_bias=False)
    layer.build((None, 3, 4))
    np.testing.assert_array_equal(layer.cell.bias.numpy(), np.zeros(8))
