"""Add, and what all merging layers share.

Covers: base_merge.py
"""

import numpy as np
import pytest
from keras_conformance import Case, LayerContract
from keras_core import KerasTensor
from keras_layers import Add, add


class TestAdd(LayerContract):
    layer = Add
    cases = [
        Case([(2, 3), (2, 3), (2, 3)]),
        Case([(2, 3, 4), (2, 1, 4)]),
    ]

    def reference(self, inputs, weights):
        return sum(inputs)


def test_the_function_makes_the_layer():
    x = np.ones((1, 2), "float32")
    np.testing.assert_array_equal(np.asarray(add([x, x])), np.asarray(Add()([x, x])))


def test_tensors_of_lower_rank_get_axes_behind_the_batch():
    x, y = np.zeros((2, 3, 4), "float32"), np.arange(8, dtype="float32").reshape(2, 4)
    np.testing.assert_array_equal(np.asarray(Add()([x, y])), np.repeat(y[:, None], 3, axis=1))


def test_a_mask_needs_all_inputs_and_keeps_what_any_keeps():
    x = np.zeros((1, 3, 2), "float32")
    first, second = np.array([[True, True, False]]), np.array([[True, False, False]])
    np.testing.assert_array_equal(np.asarray(Add().compute_mask([x, x], [first, second])), first)
    assert Add().compute_mask([x, x], [first, None]) is None


def test_inputs_that_do_not_fit_are_refused():
    with pytest.raises(ValueError, match=r"'sums'.*\(2, 3\) and \(2, 4\) do not fit"):
        Add(name="sums")([np.zeros((2, 3), "float32"), np.zeros((2, 4), "float32")])
    with pytest.raises(ValueError, match="takes a list of inputs, got a single one"):
        Add()(np.zeros((2, 3), "float32"))


def test_symbolic_inputs_of_unknown_size():
    assert Add()([KerasTensor((None, None, 3)), KerasTensor((None, 1, 3))]).shape == (None, None, 3)
