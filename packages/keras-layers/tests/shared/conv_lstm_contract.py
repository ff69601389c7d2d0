"""What the convolutional LSTMs share."""

from __future__ import annotations

import numpy as np
from keras_conformance import Case, LayerContract
from layer_references import convolve

MASK = np.array([[True, False, True], [False, True, True]])


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


class ConvLSTMContract(LayerContract):
    """The contract of a layer, with a step by convolutions in NumPy as reference."""

    tolerance = 1e-4

    @staticmethod
    def cases_of(rank: int) -> list[Case]:
        space = (3, 4, 2)[:rank]
        first = {"padding": "same", "data_format": "channels_first", "use_bias": False}
        cases = [
            Case((2, 2, *space, 2), {"filters": 1, "kernel_size": 2}),
            Case((2, 3, *space, 1), {"filters": 1, "kernel_size": 2, "go_backwards": True}, {"mask": MASK}),
        ]
        if rank < 3:  # the reference is slow
            more = {"strides": 2, "return_sequences": True, "return_state": True}
            cases.append(Case((2, 3, *space, 1), {"filters": 2, "kernel_size": 2, **more}))
            cases.append(Case((2, 2, 2, *space), {"filters": 2, "kernel_size": 3, **first}))
        return cases

    def reference(
        self,
        inputs,
        weights,
        filters,
        kernel_size,
        padding="valid",
        data_format="channels_last",
        use_bias=True,
        strides=1,
        return_sequences=False,
        return_state=False,
        go_backwards=False,
        mask=None,
    ):
        kernel, recurrent_kernel, bias = (*weights, 0.0)[:3]
        first = data_format == "channels_first"
        x = np.moveaxis(inputs, 2, -1) if first else inputs
        h = c = None
        outputs = []
        for t in reversed(range(x.shape[1])) if go_backwards else range(x.shape[1]):
            z = convolve(x[:, t], kernel, strides=strides, padding=padding) + bias
            if h is None:
                h = c = np.zeros((*z.shape[:-1], filters))
                output = h
            z = z + convolve(h, recurrent_kernel, padding="same")
            i, f, g, o = np.split(z, 4, axis=-1)
            new_c = sigmoid(f) * c + sigmoid(i) * np.tanh(g)
            new_h = sigmoid(o) * np.tanh(new_c)
            here = np.ones(len(x), bool) if mask is None else mask[:, t]
            here = here.reshape(-1, *(1,) * (h.ndim - 1))
            h, c, output = np.where(here, new_h, h), np.where(here, new_c, c), np.where(here, new_h, output)
            outputs.append(output)
        if first:
            outputs, h, c = [np.moveaxis(o, -1, 1) for o in outputs], np.moveaxis(h, -1, 1), np.moveaxis(c, -1, 1)
        result = np.stack(outputs, 1) if return_sequences else outputs[-1]
        return [result, h, c] if return_state else result
