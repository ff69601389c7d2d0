import numpy as np
from keras_core import KerasTensor
from keras_layers import shapes


def test_static_shape():
    assert shapes.static_shape(KerasTensor((None, 3))) == (None, 3)
    assert shapes.static_shape(np.zeros((2, 3))) == (2, 3)


def test_spatial_axes():
    assert shapes.spatial_axes(2, "channels_last") == (1, 2)
    assert shapes.spatial_axes(2, "channels_first") == (2, 3)
    assert shapes.with_spatial((None, 5, 5, 3), (7, 8), "channels_last") == (None, 7, 8, 3)
    assert shapes.with_spatial((None, 3, 5, 5), (7, 8), "channels_first") == (None, 3, 7, 8)


def test_mask_like():
    assert np.shape(shapes.mask_like(np.zeros((2, 3), bool), np.zeros((2, 3, 4, 5)))) == (2, 3, 1, 1)


def test_steps_are_joined_and_split_again():
    x = np.arange(24.0).reshape(2, 3, 4)
    joined = shapes.join_steps(x)
    np.testing.assert_array_equal(np.asarray(joined), x.reshape(6, 4))
    np.testing.assert_array_equal(np.asarray(shapes.split_steps(joined, x)), x)
    unknown = KerasTensor((None, 3, 4))
    assert shapes.join_steps(unknown).shape == (None, 4)
    assert shapes.split_steps(shapes.join_steps(unknown), unknown).shape == (None, 3, 4)
