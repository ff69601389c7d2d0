import numpy as np
import pytest
from keras_core.backend import to_numpy
from keras_preprocessing.bounding_boxes import decode_deltas_to_boxes, encode_box_to_deltas

ANCHORS = np.array([[0.0, 0.0, 10.0, 20.0], [5.0, 5.0, 9.0, 7.0]])
BOXES = np.array([[[1.0, 2.0, 21.0, 12.0], [5.0, 5.0, 9.0, 9.0]]])
VARIANCE = [0.1, 0.1, 0.2, 0.2]


def test_deltas_by_hand():
    wanted = [[[-3 / 20, 6 / 10, np.log(10 / 20), np.log(20 / 10)], [1 / 2, 0, np.log(2), 0]]]
    found = to_numpy(encode_box_to_deltas(ANCHORS, BOXES, "xyxy", "xyxy"))
    np.testing.assert_allclose(found, wanted, rtol=1e-5, atol=1e-6)
    found = to_numpy(encode_box_to_deltas(ANCHORS, BOXES, "xyxy", "xyxy", "center_xywh", VARIANCE))
    swapped = np.array(wanted)[..., [1, 0, 3, 2]] / VARIANCE
    np.testing.assert_allclose(found, swapped, rtol=1e-5, atol=1e-5)


def test_decoding_undoes_encoding():
    size, options = (40, 50, 3), {"variance": VARIANCE}
    relative = BOXES / [50, 40, 50, 40]
    deltas = encode_box_to_deltas(ANCHORS, relative, "xyxy", "rel_xyxy", image_shape=size, **options)
    found = decode_deltas_to_boxes({1: ANCHORS}, {1: deltas}, "xyxy", "rel_xyxy", image_shape=size, **options)
    np.testing.assert_allclose(to_numpy(found[1]), relative, rtol=1e-4, atol=1e-6)


def test_what_does_not_fit():
    with pytest.raises(ValueError, match=r"encode_box_to_deltas\(\) encodes boxes as 'center_xywh' or .* got 'xyxy'"):
        encode_box_to_deltas(ANCHORS, BOXES, "xyxy", "xyxy", "xyxy")
    with pytest.raises(ValueError, match="takes four variances"):
        decode_deltas_to_boxes(ANCHORS, BOXES, "xyxy", "xyxy", variance=[1.0])
