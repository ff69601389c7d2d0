import numpy as np
from image_layer_contract import ImageLayerContract, arrays
from keras_preprocessing.layers import CenterCrop


class TestCenterCrop(ImageLayerContract):
    layer = CenterCrop
    arguments = {"height": 9, "width": 8}
    off_by = 0

    def made(self, **more):
        box = {"height": 36, "width": 41} if "bounding_box_format" in more else {}
        return super().made(**box, **more)

    def without_training(self, images):
        return images[:, 1:10, 3:11]


def test_small_pictures_are_enlarged():
    x = np.array([[0.0, 4.0, 0.0, 9.0]], "float32").reshape(1, 1, 4, 1)
    layer = CenterCrop(2, 4, data_format="channels_last", bounding_box_format="xyxy")
    boxes = {"boxes": np.array([[[1, 0, 2, 1], [2, 0, 4, 1], [0, 0, 1, 1]]]), "labels": np.array([[3, 4, 5]])}
    found = arrays(layer({"images": x, "bounding_boxes": boxes}))
    np.testing.assert_allclose(found["images"][0, :, :, 0], [[4, 3, 1, 0]] * 2)
    assert found["bounding_boxes"]["boxes"].tolist() == [[[0, 0, 2, 2], [2, 0, 4, 2], [-1] * 4]]
    assert found["bounding_boxes"]["labels"].tolist() == [[3, 4, -1]]
