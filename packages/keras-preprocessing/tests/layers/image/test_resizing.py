import numpy as np
import pytest
from image_layer_contract import ImageLayerContract, arrays
from keras_preprocessing.layers import Resizing


class TestResizing(ImageLayerContract):
    layer = Resizing
    arguments = {"height": 6, "width": 7}
    keeps_ints = True

    def made(self, **more):
        box = {"height": 36, "width": 96} if "bounding_box_format" in more else {}
        return super().made(**box, **more)

    def without_training(self, images):
        return images.reshape(len(images), 6, 2, 7, 2, 2).mean((2, 4))


def in_ratio(x, boxes, size, **options):
    layer = Resizing(
        *size, interpolation="nearest", fill_value=9, data_format="channels_last", bounding_box_format="xyxy", **options
    )
    data = {"images": x[None, :, :, None], "bounding_boxes": {"boxes": np.array([boxes]), "labels": np.array([[1, 2]])}}
    found = arrays(layer(data))
    return found["images"][0, :, :, 0], found["bounding_boxes"]["boxes"][0], found["bounding_boxes"]["labels"][0]


def test_the_ratio_is_kept_by_cropping():
    x = np.array([[1, 2, 3, 4]], "float32")
    picture, boxes, labels = in_ratio(x, [[0, 0, 2, 1], [3, 0, 4, 1]], (2, 4), crop_to_aspect_ratio=True)
    np.testing.assert_array_equal(picture, [[2, 2, 3, 3]] * 2)
    np.testing.assert_allclose(boxes, [[0, 0, 2, 2], [-1] * 4])
    assert labels.tolist() == [1, -1]


def test_the_ratio_is_kept_by_a_border():
    x = np.array([[1, 2, 3, 4]] * 2, "float32")
    picture, boxes, labels = in_ratio(x, [[0, 0, 4, 2], [3, 0, 4, 1]], (4, 16), pad_to_aspect_ratio=True)
    np.testing.assert_array_equal(picture, [[9] * 4 + [1, 1, 2, 2, 3, 3, 4, 4] + [9] * 4] * 4)
    np.testing.assert_allclose(boxes, [[4, 0, 12, 4], [10, 0, 12, 2]])
    assert labels.tolist() == [1, 2]


@pytest.mark.parametrize(
    "options",
    [
        {"interpolation": "area"},
        {"crop_to_aspect_ratio": True, "pad_to_aspect_ratio": True},
        {"fill_mode": "wrap"},
    ],
)
def test_what_does_not_fit(options):
    with pytest.raises(ValueError, match=r"\(Resizing\): (interpolation must be one of|got fill_mode=)"):
        Resizing(2, 2, **options)


def test_in_a_data_set_pictures_are_resized_by_one_kernel():
    tf = pytest.importorskip("tensorflow")
    pictures = np.random.default_rng(0).integers(0, 256, (2, 96, 96, 3)).astype("float32")
    found = []
    for dtype, programs in (("float32", 0), ("uint8", 1)):
        layer = Resizing(64, 64, data_format="channels_last")
        found.append(next(iter(tf.data.Dataset.from_tensors(pictures.astype(dtype)).map(layer))).numpy())
        assert found[-1].dtype == dtype and len(layer._programs._fused) == programs
    np.testing.assert_allclose(found[0][:, :1, :1], _first_pixel(pictures), rtol=1e-6)
    np.testing.assert_allclose(found[1], found[0], atol=0.501)


def _first_pixel(pictures):
    """The pixel whose centre is a quarter of a pixel from that of the first one, both ways."""
    rows = 0.75 * pictures[:, 0] + 0.25 * pictures[:, 1]
    return (0.75 * rows[:, 0] + 0.25 * rows[:, 1])[:, None, None]
