from conv_lstm_contract import ConvLSTMContract
from keras_layers import ConvLSTM1D


class TestConvLSTM1D(ConvLSTMContract):
    layer = ConvLSTM1D
    cases = ConvLSTMContract.cases_of(1)
