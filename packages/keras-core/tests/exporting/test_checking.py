import numpy as np
import pytest
from keras_core.exporting import differences


def test_distances_are_relative_above_one_and_absolute_below():
    assert differences([np.float32([0.5, 0.0])], [np.float32([0.0, 0.0])]) == [(0.5, 1e-4)]
    assert differences([np.float32([100.5])], [np.float32([100.0])]) == [(0.005, 1e-4)]


def test_what_is_not_finite_must_be_the_same():
    nan, inf = np.float32("nan"), np.float32("inf")
    assert differences([np.array([nan, inf])], [np.array([nan, inf])])[0][0] == 0
    assert differences([np.array([1.0, inf])], [np.array([nan, inf])])[0][0] > 1e300
    assert differences([np.array([-inf])], [np.array([inf])])[0][0] > 1e300


def test_integers_are_equal_and_halves_near():
    assert differences([np.int32([1])], [np.int32([2])]) == [(0.5, 0.0)]
    assert differences([np.float16([1])], [np.float16([1])]) == [(0.0, 0.01)]


def test_shapes_are_the_same():
    with pytest.raises(ValueError, match=r"gives shapes \[\(2,\)\], expected \[\(1, 2\)\]"):
        differences([np.ones(2)], [np.ones((1, 2))])
