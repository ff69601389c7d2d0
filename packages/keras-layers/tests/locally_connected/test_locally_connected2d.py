from keras_layers import LocallyConnected2D
from locally_connected_contract import LocallyConnectedContract


class TestLocallyConnected2D(LocallyConnectedContract):
    layer = LocallyConnected2D
    cases = LocallyConnectedContract.cases_of(2)
