from conv_lstm_contract import ConvLSTMContract
from keras_layers import ConvLSTM2D


class TestConvLSTM2D(ConvLSTMContract):
    layer = ConvLSTM2D
    cases = ConvLSTMContract.cases_of(2)
