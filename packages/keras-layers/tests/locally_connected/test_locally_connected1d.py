from keras_layers import LocallyConnected1D
from locally_connected_contract import LocallyConnectedContract


class TestLocallyConnected1D(LocallyConnectedContract):
    layer = LocallyConnected1D
    cases = LocallyConnectedContract.cases_of(1)
