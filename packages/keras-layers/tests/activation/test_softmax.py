import numpy as np
from keras_conformance import Case, LayerContract
from keras_layers import Softmax

MASK = np.array([[True, False, True, True], [False, False, True, False]])


class TestSoftmax(LayerContract):
    layer = Softmax
    masks = None
    cases = [
        Case((3, 4)),
        Case((2, 3, 4), {"axis": 1}),
        Case((2, 3, 4), {"axis": [1, 2]}),
        Case((2, 4), call={"mask": MASK}),
    ]

    def reference(self, inputs, weights, axis=-1, mask=None):
        powers = np.exp(inputs) * (1 if mask is None else mask)
        return powers / np.sum(powers, axis=tuple(axis) if isinstance(axis, list) else axis, keepdims=True)


def test_nothing_but_masked_positions_gives_zeros():
    layer, none = Softmax(), np.zeros((1, 3), bool)
    np.testing.assert_array_equal(np.asarray(layer(np.ones((1, 3), "float32"), mask=none)), np.zeros((1, 3)))
