import numpy as np
from keras_conformance import Case, LayerContract
from keras_layers import GRUCell, LSTMCell, StackedRNNCells
from layer_references import gru_step, lstm_step

H, C, TOP = (np.random.default_rng(n).normal(size=(2, n)).astype("float32") for n in (2, 2, 3))


class TestStackedRNNCells(LayerContract):
    layer = StackedRNNCells
    computes = False
    cases = [Case((2, 4), lambda: {"cells": [LSTMCell(2), GRUCell(3)]}, {"states": [[H, C], TOP]})]

    def reference(self, inputs, weights, cells, states):
        h, c = lstm_step(weights[:3])(inputs, states[0])
        (top,) = gru_step(weights[3:])(h, [states[1]])
        return [top, h, c, top]


def test_sizes_are_those_of_the_cells():
    cells = StackedRNNCells([LSTMCell(2), GRUCell(3)])
    assert cells.state_size == [[2, 2], 3]
    assert cells.output_size == 3
    (h, c), top = cells.get_initial_state(batch_size=5)
    assert [np.shape(s) for s in (h, c, top)] == [(5, 2), (5, 2), (5, 3)]
