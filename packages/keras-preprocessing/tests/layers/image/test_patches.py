import numpy as np
from color_layer_contract import arrays
from keras_preprocessing.layers.image.patches import draw_patches, inside


def test_rectangles_and_what_is_inside():
    ratios = np.array([[0.5, 1.0], [0.25, 0.5]], "float32")
    places = np.array([[0.0, 0.3], [1.0, 0.5]], "float32")
    corners = arrays(draw_patches(ratios, places, 8, 4))
    assert corners.tolist() == [[0, 0], [6, 2], [2, 4], [8, 6]]
    found = arrays(inside(corners, 8, 4, -1))
    assert found.shape == (2, 8, 4, 1)
    expected = np.zeros((2, 8, 4), bool)
    expected[0, 6:, :2] = expected[1, 2:6] = True
    np.testing.assert_array_equal(found[..., 0], expected)
    assert tuple(inside(corners, 8, 4, -3).shape) == (2, 1, 8, 4)
