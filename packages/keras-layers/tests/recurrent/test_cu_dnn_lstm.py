import numpy as np
import pytest
from keras_conformance import Case
from keras_layers import LSTM, CuDNNLSTM
from layer_references import lstm_step
from recurrent_contract import RecurrentContract


class TestCuDNNLSTM(RecurrentContract):
    layer = CuDNNLSTM
    step = staticmethod(lstm_step)
    states = 2
    cases = [
        Case((2, 3, 4), {"units": 2}),
        Case((2, 3, 4), {"units": 2, "return_sequences": True, "return_state": True}),
    ]


def test_it_computes_as_lstm_does():
    x = np.random.default_rng(0).normal(size=(2, 5, 3)).astype("float32")
    layer, other = CuDNNLSTM(4, go_backwards=True), LSTM(4, go_backwards=True)
    layer.build(x.shape)
    other.build(x.shape)
    other.set_weights(layer.get_weights())
    np.testing.assert_allclose(np.asarray(layer(x)), np.asarray(other(x)), rtol=1e-5, atol=1e-6)


def test_options_that_cudnn_lacks_are_refused():
    with pytest.raises(TypeError, match=r"CuDNNLSTM has no activation, use_bias: .* Use LSTM"):
        CuDNNLSTM(4, activation="relu", use_bias=False)
    assert not {"activation", "dropout", "use_bias"} & CuDNNLSTM(4).get_config().keys()
