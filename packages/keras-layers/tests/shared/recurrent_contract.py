"""RecurrentContract: LayerContract with the cases and the reference that SimpleRNN, LSTM and GRU share."""

from collections.abc import Callable

import numpy as np
from keras_conformance import Case, LayerContract
from layer_references import run_over_time

MASK = np.array([[True, False, True], [False, True, False]])


class RecurrentContract(LayerContract):
    """A subclass names the layer, one step of it in NumPy, and how many states it has."""

    tolerance = 1e-4
    step: Callable
    states: int
    cases = [
        Case((2, 3, 4), {"units": 2}),
        Case((2, 3, 4), {"units": 2, "return_sequences": True, "return_state": True}),
        Case((2, 3, 4), {"units": 2, "go_backwards": True, "return_sequences": True, "unroll": True}),
        Case((2, 3, 4), {"units": 2, "return_state": True}, {"mask": MASK}),
        Case((2, 3, 4), {"units": 2, "return_sequences": True, "go_backwards": True}, {"mask": MASK}),
    ]

    def reference(
        self,
        inputs,
        weights,
        units,
        return_sequences=False,
        return_state=False,
        go_backwards=False,
        unroll=False,
        mask=None,
        **options,
    ):
        start = [np.zeros((len(inputs), units))] * self.states
        outputs, states = run_over_time(type(self).step(weights, **options), inputs, start, mask, go_backwards)
        result = outputs if return_sequences else outputs[:, -1]
        return [result, *states] if return_state else result
