from conv_lstm_contract import ConvLSTMContract
from keras_layers import ConvLSTM3D


class TestConvLSTM3D(ConvLSTMContract):
    layer = ConvLSTM3D
    cases = ConvLSTMContract.cases_of(3)
