import numpy as np
import pytest
from keras_conformance import Case, LayerContract
from keras_core import KerasTensor
from keras_layers import Concatenate, concatenate


class TestConcatenate(LayerContract):
    layer = Concatenate
    cases = [Case([(2, 3), (2, 4), (2, 1)]), Case([(2, 3, 4), (2, 1, 4)], {"axis": 1})]

    def reference(self, inputs, weights, axis=-1):
        return np.concatenate(inputs, axis=axis)


def test_the_function_makes_the_layer():
    assert concatenate([KerasTensor((None, 2, 3)), KerasTensor((None, None, 3))], axis=1).shape == (None, None, 3)


def test_masks_are_joined_along_time_and_merged_across_features():
    x = np.zeros((1, 2, 3), "float32")
    first, second = np.array([[True, False]]), np.array([[False, False]])
    joined = Concatenate(axis=1).compute_mask([x, x], [first, None])
    np.testing.assert_array_equal(np.asarray(joined), [[True, False, True, True]])
    merged = Concatenate().compute_mask([x, x], [first, second])
    np.testing.assert_array_equal(np.asarray(merged), [[True, False]])


def test_inputs_that_do_not_fit_are_refused():
    with pytest.raises(ValueError, match=r"\(2, 3\) and \(3, 3\) cannot be joined along axis -1"):
        Concatenate()([np.zeros((2, 3), "float32"), np.zeros((3, 3), "float32")])
