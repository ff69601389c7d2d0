"""GlobalAveragePooling1D, and what all global pooling layers share.

Covers: base_global_pooling.py
"""

import numpy as np
from keras_conformance import Case, LayerContract
from keras_layers import GlobalAveragePooling1D

MASK = np.array([[True, True, False, True, False], [False, True, False, False, False]])


class TestGlobalAveragePooling1D(LayerContract):
    layer = GlobalAveragePooling1D
    cases = [
        Case((2, 5, 2)),
        Case((2, 5, 2), {"keepdims": True}),
        Case((2, 5, 2), {"data_format": "channels_first"}),
        Case((2, 5, 2), call={"mask": MASK}),
        Case((2, 3, 5), {"data_format": "channels_first", "keepdims": True}, {"mask": MASK}),
    ]

    def reference(self, inputs, weights, data_format="channels_last", keepdims=False, mask=None):
        first = 2 if data_format == "channels_first" else 1
        if mask is None:
            return np.mean(inputs, axis=first, keepdims=keepdims)
        steps = mask[:, None, :] if first == 2 else mask[:, :, None]
        return np.sum(inputs * steps, axis=first, keepdims=keepdims) / np.sum(steps, axis=first, keepdims=keepdims)


def test_nothing_but_masked_steps_gives_zeros():
    layer, none = GlobalAveragePooling1D(), np.zeros((1, 3), bool)
    np.testing.assert_array_equal(np.asarray(layer(np.ones((1, 3, 2), "float32"), mask=none)), np.zeros((1, 2)))


def test_the_mask_ends_here():
    assert GlobalAveragePooling1D().compute_mask(np.zeros((2, 5, 2)), MASK) is None
