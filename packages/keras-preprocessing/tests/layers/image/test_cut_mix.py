import numpy as np
import pytest
from color_layer_contract import PICTURES, arrays
from keras_core import stage
from keras_preprocessing.layers import CutMix

MASKS = (PICTURES[..., 0] > 99).astype("int32")
DATA = {"images": PICTURES, "labels": np.eye(3, dtype="float32"), "segmentation_masks": MASKS}


def test_rectangles_of_partners_in_plain_and_compiled_calls():
    layer = CutMix((0.9, 1.0), seed=3, data_format="channels_last")
    drawn = arrays(layer.get_random_transformation(DATA))
    order, where = drawn["permutation_order"], drawn["batch_masks"]
    assert where.shape == (3, 6, 5, 1)
    for one in where[..., 0]:
        rows, columns = one.any(1), one.any(0)
        assert (one == np.outer(rows, columns)).all()
        for side in (rows, columns):
            assert np.abs(np.diff(side.astype(int))).sum() <= 2
    expected = np.where(where, PICTURES[order], PICTURES)
    assert (expected != PICTURES).any()
    layer = CutMix.from_config(layer.get_config())
    found = arrays(stage(lambda data: layer(data, training=True), layer.variables)(DATA))
    np.testing.assert_array_equal(found["images"], expected)
    np.testing.assert_array_equal(found["segmentation_masks"], np.where(where[..., 0], MASKS[order], MASKS))
    share = 1 - where.mean((1, 2))
    np.testing.assert_allclose(found["labels"], share * np.eye(3) + (1 - share) * np.eye(3)[order], rtol=1e-5)
    first = CutMix((0.9, 1.0), seed=3, data_format="channels_first")
    other = arrays(first(np.moveaxis(PICTURES, -1, 1), training=True))
    np.testing.assert_array_equal(np.moveaxis(other, 1, -1), expected)


def test_nothing_is_mixed_without_training_or_partners():
    found = arrays(CutMix(seed=1)(DATA, training=False))
    for name, value in DATA.items():
        np.testing.assert_array_equal(found[name], value)
    np.testing.assert_array_equal(arrays(CutMix(seed=1)(PICTURES[0])), PICTURES[0])


def test_what_does_not_fit():
    with pytest.raises(ValueError, match="factor must be a number or a pair of numbers from 0 to 1, got 2"):
        CutMix(2)
    boxes = {"boxes": np.zeros((3, 1, 4)), "labels": np.zeros((3, 1))}
    with pytest.raises(NotImplementedError, match=r"\(CutMix\) does not define transform_bounding_boxes"):
        CutMix()({**DATA, "bounding_boxes": boxes})
