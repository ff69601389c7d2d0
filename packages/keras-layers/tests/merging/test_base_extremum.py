"""Masks of inputs of several ranks; what masked elements give way to is in `tests/reports/test_masks.py`."""

import numpy as np
import pytest
from keras_layers import Maximum, Minimum


@pytest.mark.parametrize(("layer", "expected"), [(Maximum, [[5, 5], [6, 5]]), (Minimum, [[5, 5], [5, 2]])])
def test_an_input_of_lower_rank_counts_at_every_step(layer, expected):
    steps = np.array([[[1.0, 9.0], [6.0, 2.0]]], "float32")  # (batch, steps, features)
    vector = np.array([[5.0, 5.0]], "float32")  # (batch, features)
    masks = [np.array([[False, True]]), None]
    np.testing.assert_array_equal(np.asarray(layer()([steps, vector], mask=masks))[0], expected)


def test_three_inputs():
    x = [np.array([[value]], "float32") for value in (4.0, 9.0, 6.0)]
    masks = [np.array([[True]]), np.array([[False]]), np.array([[True]])]
    assert np.asarray(Maximum()(x, mask=masks)).tolist() == [[6.0]]
    assert np.asarray(Minimum()(x, mask=masks)).tolist() == [[4.0]]
