import numpy as np
import pytest
from image_layer_contract import PICTURES, ImageLayerContract, arrays
from keras_core import ops
from keras_preprocessing.layers import RandomPerspective
from keras_preprocessing.layers.image.random_perspective import from_rectangle


class TestRandomPerspective(ImageLayerContract):
    layer = RandomPerspective
    arguments = {"scale": 0.2, "seed": 1}
    off_by = 1.5


def test_corners_come_to_their_places():
    corners = np.array([[[1, 2], [8, 1], [0, 9], [11, 12]], [[0, 0], [9, 0], [0, 5], [9, 5]]], "float32")
    matrices = arrays(from_rectangle(ops.convert_to_tensor(corners), (6, 10))).reshape(2, 3, 3)
    for matrix, expected in zip(matrices, corners, strict=True):
        for point, (x, y) in zip([(0, 0), (9, 0), (0, 5), (9, 5)], expected, strict=True):
            moved = matrix @ [*point, 1]
            np.testing.assert_allclose(moved[:2] / moved[2], [x, y], atol=1e-4)


def test_the_share_of_pictures_that_are_changed():
    x = np.repeat(PICTURES[:1], 200, 0)
    layer = RandomPerspective((0.25, 0.25), 0.5, seed=1, data_format="channels_last")
    end, start = (arrays(layer.get_random_transformation(x)[name]) for name in ("end_points", "start_points"))
    share = (end != start).any((1, 2)).mean()
    assert 0.15 < share < 0.35
    assert np.abs(end[:, 3] / start[:, 3] - 1).max() <= 0.25
    np.testing.assert_array_equal(arrays(RandomPerspective(0.0, data_format="channels_last")(PICTURES)), PICTURES)


def test_what_does_not_fit():
    with pytest.raises(ValueError, match=r"\(RandomPerspective\): scale must be a number from 0 to 1, got 3"):
        RandomPerspective(scale=3)
