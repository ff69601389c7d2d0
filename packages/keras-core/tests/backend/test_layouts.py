import numpy as np
from keras_core.backend.layouts import Part, Whole


def test_a_part_is_a_range_of_one_axis():
    part = Part(1, 2, 4, 3, None)
    assert part.shape_of((5, 6)) == (5, 2)
    np.testing.assert_array_equal(part.of(np.arange(12).reshape(2, 6)), [[2, 3], [8, 9]])


def test_a_new_value_is_a_whole_or_a_part():
    part, whole = Part(1, 3, 6, 2, None), np.arange(24).reshape(4, 6)
    assert part.whole_shape((4, 3)) == (4, 6)
    np.testing.assert_array_equal(part.kept(whole, (4, 3)), whole[:, 3:])
    own = np.ones((4, 3))
    assert part.kept(own, (4, 3)) is own


def test_what_is_whole_has_no_axes():
    assert Whole(2, None).axes == (None, None)
