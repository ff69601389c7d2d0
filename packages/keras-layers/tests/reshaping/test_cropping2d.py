"""Cropping2D, and what all cropping layers share.

Covers: base_cropping.py
"""

import numpy as np
import pytest
from keras_conformance import Case, LayerContract
from keras_layers import Cropping2D

AXES = {"channels_last": slice(1, -1), "channels_first": slice(2, None)}


class TestCropping2D(LayerContract):
    layer = Cropping2D
    masks = False
    cases = [
        Case((2, 4, 5, 2)),
        Case((2, 4, 5, 2), {"cropping": 1}),
        Case((2, 2, 4, 5), {"cropping": ((1, 0), (2, 1)), "data_format": "channels_first"}),
        Case((2, 4, 5, 2), {"cropping": ((1, 0), (2, 1))}),
    ]

    def reference(self, inputs, weights, cropping=((0, 0), (0, 0)), data_format="channels_last"):
        pairs = cropping if isinstance(cropping, tuple) else [(1, 1)] * 2
        key = [slice(before, size - after) for (before, after), size in zip(pairs, inputs.shape[AXES[data_format]])]
        return inputs[(..., *key, slice(None)) if data_format == "channels_last" else (..., *key)]


def test_something_must_be_left():
    with pytest.raises(ValueError, match="nothing is left of an input of shape"):
        Cropping2D(3)(np.zeros((2, 4, 5, 2), "float32"))
