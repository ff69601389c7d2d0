import numpy as np
import pytest
from keras_core.backend import to_numpy
from keras_preprocessing.bounding_boxes import compute_ciou, compute_iou

ONE = np.array([[0.0, 0.0, 2.0, 2.0], [1.0, 1.0, 5.0, 3.0]])
OTHERS = np.array([[0.0, 0.0, 2.0, 2.0], [4.0, 0.0, 6.0, 2.0], [-1.0] * 4])


def test_every_pair():
    wanted = [[1, 0, 0], [1 / 11, 1 / 11, 0]]
    for first, second, shape in ((ONE, OTHERS, ()), (ONE[None], OTHERS, (1,)), (ONE, OTHERS[None], (1,))):
        found = to_numpy(compute_iou(first, second, "xyxy"))
        assert found.shape == (*shape, 2, 3)
        np.testing.assert_allclose(found.reshape(2, 3), wanted, rtol=1e-5, atol=1e-6)
    found = to_numpy(compute_iou(ONE, OTHERS, "xyxy", use_masking=True, mask_val=-2))
    np.testing.assert_allclose(found, [[1, 0, -2], [1 / 11, 1 / 11, -2]], rtol=1e-5, atol=1e-6)
    found = to_numpy(compute_iou(ONE / 10, OTHERS / 10, "rel_xyxy", image_shape=(10, 10, 3)))
    np.testing.assert_allclose(found, wanted, rtol=1e-5, atol=1e-6)


def test_one_by_one_with_distance_and_ratio():
    found = to_numpy(compute_ciou(ONE, OTHERS[:2], "xyxy"))
    overlap, distance = 1 / 11, (2**2 + 1**2) / (5**2 + 3**2)
    ratio = 4 / np.pi**2 * (np.arctan(1) - np.arctan(2)) ** 2
    weight = ratio / (1 - overlap + ratio)
    np.testing.assert_allclose(found, [1, overlap - distance - weight * ratio], rtol=1e-4)


def test_what_does_not_fit():
    with pytest.raises(ValueError, match=r"compute_iou\(\) got boxes in the format 'rel_xywh', and needs image_shape"):
        compute_iou(ONE, OTHERS, "rel_xywh")
    with pytest.raises(ValueError, match=r"got boxes of shapes \(4,\) and \(3, 4\), expected"):
        compute_iou(ONE[0], OTHERS, "xyxy")
