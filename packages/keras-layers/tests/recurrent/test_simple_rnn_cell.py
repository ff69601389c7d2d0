import numpy as np
from keras_conformance import Case, LayerContract
from keras_layers import SimpleRNNCell
from layer_references import simple_rnn_step

STATES = list(np.random.default_rng(5).normal(size=(1, 2, 3)).astype("float32"))


class TestSimpleRNNCell(LayerContract):
    layer = SimpleRNNCell
    cases = [
        Case((2, 4), {"units": 3}, {"states": STATES}),
    ]

    def reference(self, inputs, weights, units, states):
        new = simple_rnn_step(weights)(inputs, states)
        return [new[0], *new]
