import numpy as np
from keras_layers import SimpleRNN
from layer_references import simple_rnn_step
from recurrent_contract import RecurrentContract


class TestSimpleRNN(RecurrentContract):
    layer = SimpleRNN
    step = staticmethod(simple_rnn_step)
    states = 1


def test_the_output_is_the_state():
    output, state = SimpleRNN(3, return_state=True)(np.ones((2, 3, 4), "float32"))
    np.testing.assert_array_equal(np.asarray(output), np.asarray(state))
