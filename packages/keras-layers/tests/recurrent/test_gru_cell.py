import numpy as np
from keras_conformance import Case, LayerContract
from keras_layers import GRUCell
from layer_references import gru_step

STATES = list(np.random.default_rng(5).normal(size=(1, 2, 3)).astype("float32"))


class TestGRUCell(LayerContract):
    layer = GRUCell
    cases = [
        Case((2, 4), {"units": 3}, {"states": STATES}),
        Case((2, 4), {"units": 3, "reset_after": False}, {"states": STATES}),
    ]

    def reference(self, inputs, weights, units, states, reset_after=True):
        new = gru_step(weights, reset_after)(inputs, states)
        return [new[0], *new]
