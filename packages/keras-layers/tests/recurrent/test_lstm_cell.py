import numpy as np
from keras_conformance import Case, LayerContract
from keras_layers import LSTMCell
from layer_references import lstm_step

STATES = list(np.random.default_rng(5).normal(size=(2, 2, 3)).astype("float32"))


class TestLSTMCell(LayerContract):
    layer = LSTMCell
    cases = [
        Case((2, 4), {"units": 3}, {"states": STATES}),
    ]

    def reference(self, inputs, weights, units, states):
        new = lstm_step(weights)(inputs, states)
        return [new[0], *new]
