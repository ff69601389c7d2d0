"""ZeroPadding2D, and what all padding layers share.

Covers: base_zero_padding.py
"""

import numpy as np
import pytest
from keras_conformance import Case, LayerContract
from keras_layers import ZeroPadding2D


class TestZeroPadding2D(LayerContract):
    layer = ZeroPadding2D
    masks = False
    cases = [
        Case((2, 4, 5, 2)),
        Case((2, 4, 5, 2), {"padding": 2}),
        Case((2, 4, 5, 2), {"padding": ((1, 0), (2, 1))}),
        Case((2, 2, 4, 5), {"padding": ((1, 0), (2, 1)), "data_format": "channels_first"}),
    ]

    def reference(self, inputs, weights, padding=1, data_format="channels_last"):
        pairs = [(padding, padding)] * 2 if isinstance(padding, int) else list(padding)
        last = data_format == "channels_last"
        return np.pad(inputs, [(0, 0), *pairs, (0, 0)] if last else [(0, 0), (0, 0), *pairs])


def test_one_number_an_axis():
    assert ZeroPadding2D((1, 2)).padding == ((1, 1), (2, 2))


@pytest.mark.parametrize("padding", [-1, (1, 2, 3), ((1, 2), (3,)), "same"])
def test_paddings_of_another_form_are_refused(padding):
    with pytest.raises(ValueError, match="padding must be an integer of at least 0, a tuple of 2"):
        ZeroPadding2D(padding)
