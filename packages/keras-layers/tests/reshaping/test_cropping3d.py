import numpy as np
import pytest
from keras_conformance import Case, LayerContract
from keras_layers import Cropping3D

AXES = {"channels_last": slice(1, -1), "channels_first": slice(2, None)}


class TestCropping3D(LayerContract):
    layer = Cropping3D
    masks = False
    cases = [
        Case((1, 4, 5, 4, 2)),
        Case((1, 4, 5, 4, 2), {"cropping": 1}),
        Case((1, 2, 4, 5, 4), {"cropping": ((1, 0), (1, 1), (0, 2)), "data_format": "channels_first"}),
        Case((1, 4, 5, 4, 2), {"cropping": ((1, 0), (1, 1), (0, 2))}),
    ]

    def reference(self, inputs, weights, cropping=((1, 1), (1, 1), (1, 1)), data_format="channels_last"):
        pairs = cropping if isinstance(cropping, tuple) else [(1, 1)] * 3
        key = [slice(before, size - after) for (before, after), size in zip(pairs, inputs.shape[AXES[data_format]])]
        return inputs[(..., *key, slice(None)) if data_format == "channels_last" else (..., *key)]


def test_something_must_be_left():
    with pytest.raises(ValueError, match="nothing is left of an input of shape"):
        Cropping3D(3)(np.zeros((1, 4, 5, 4, 2), "float32"))
