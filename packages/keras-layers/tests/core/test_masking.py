import numpy as np
from keras_conformance import Case, LayerContract
from keras_layers import Masking

PADDED = np.array([[[1.0, 2.0], [0.0, 0.0], [0.0, 3.0]]])


class TestMasking(LayerContract):
    layer = Masking
    cases = [
        Case(PADDED, differentiable=False),
        Case(PADDED - 1, {"mask_value": -1.0}, differentiable=False),
        Case((2, 3, 4, 2)),
    ]

    def reference(self, inputs, weights, mask_value=0.0):
        return inputs * np.any(inputs != mask_value, axis=-1, keepdims=True)


def test_the_mask_marks_steps_with_any_other_value():
    np.testing.assert_array_equal(np.asarray(Masking().compute_mask(PADDED)), [[True, False, True]])
