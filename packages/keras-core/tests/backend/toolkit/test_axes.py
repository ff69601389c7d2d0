import numpy as np
import pytest
from keras_core.backend.toolkit import axes_of, axis_of, expanded_key


def test_axes_are_counted_from_the_front():
    assert axis_of(-1, 3) == 2 and axis_of(np.int64(1), 3) == 1
    assert axes_of(None, 3) == (0, 1, 2)
    assert axes_of(-2, 3) == axes_of(np.int32(1), 3) == (1,)
    assert axes_of([2, -3], 3) == (2, 0)


@pytest.mark.parametrize("axis", [3, -4])
def test_an_axis_out_of_range_is_refused(axis):
    with pytest.raises(ValueError, match=r"got axis -?\d, expected one from -3 to 2 for 3 axes"):
        axis_of(axis, 3)
    with pytest.raises(ValueError, match="expected one from -3 to 2"):
        axes_of((0, axis), 3)


def test_an_axis_given_twice_is_refused():
    with pytest.raises(ValueError, match="expected each axis once"):
        axes_of((1, -2), 3)


@pytest.mark.parametrize("key", [0, ..., (..., 1), (0, ...), (None, 0), (slice(1), ..., None, 0), (0, 1, 2)])
def test_an_expanded_key_picks_the_same(key):
    x = np.arange(24).reshape(2, 3, 4)
    parts = expanded_key(key, 3)
    assert Ellipsis not in parts and sum(part is not None for part in parts) == 3
    np.testing.assert_array_equal(x[tuple(parts)], x[key])


def test_too_many_indices_are_refused():
    with pytest.raises(ValueError, match="got 3 indices, expected at most 2 for 2 axes"):
        expanded_key((0, 0, 0), 2)
