import numpy as np
import pytest
from image_layer_contract import arrays
from keras_core import ops
from keras_preprocessing.layers import RandomRotation
from keras_preprocessing.layers.image.warp_layer import about_centre, in_rows, inverse, warped_boxes

RNG = np.random.default_rng(3)
MATRICES = np.concatenate([RNG.normal(size=(5, 6)), RNG.normal(size=(5, 2)) * 0.01, np.ones((5, 1))], 1).astype(
    "float32"
)


def test_the_inverse_is_that_of_numpy():
    found = arrays(inverse(ops.convert_to_tensor(MATRICES[:, :8]))).reshape(5, 3, 3)
    expected = np.linalg.inv(MATRICES.reshape(5, 3, 3))
    np.testing.assert_allclose(found / found[:, 2:, 2:], expected / expected[:, 2:, 2:], rtol=1e-3, atol=1e-3)


def test_boxes_are_around_their_corners():
    boxes = np.array([[[1.0, 2.0, 5.0, 9.0], [0.0, 0.0, 1.0, 1.0]]] * 5, "float32")
    found = arrays(warped_boxes(ops.convert_to_tensor(boxes), ops.convert_to_tensor(MATRICES)))
    for matrix, given, new in zip(MATRICES.reshape(5, 3, 3), boxes, found, strict=True):
        for (left, top, right, bottom), box in zip(given, new, strict=True):
            corners = [[x - 0.5, y - 0.5, 1] for x in (left, right) for y in (top, bottom)]
            moved = matrix @ np.transpose(corners)
            moved = moved[:2] / moved[2] + 0.5
            np.testing.assert_allclose(box, [*moved.min(1), *moved.max(1)], rtol=1e-3, atol=1e-4)


def test_the_middle_stays_in_its_place():
    matrix = arrays(about_centre((ops.convert_to_tensor(np.array([2.0, 3.0], "float32")), 0.5, 0.0, 1.0), (5, 9)))
    middle = np.array([4.0, 2.0, 1.0])
    np.testing.assert_allclose(matrix[:, :6].reshape(2, 2, 3) @ middle, [middle[:2]] * 2)
    moved = arrays(about_centre((ops.ones(2), 0.0, 0.0, 1.0), (5, 9), (3.0, -1.0)))
    np.testing.assert_allclose(moved, [[1, 0, -3, 0, 1, 1, 0, 0]] * 2)
    assert arrays(in_rows([ops.ones(2), 4.0])).tolist() == [[1, 4], [1, 4]]


@pytest.mark.parametrize("options", [{"fill_mode": "edge"}, {"interpolation": "bicubic"}])
def test_what_does_not_fit(options):
    with pytest.raises(ValueError, match=r"\(RandomRotation\): (fill_mode|interpolation) must be one of"):
        RandomRotation(0.1, **options)
