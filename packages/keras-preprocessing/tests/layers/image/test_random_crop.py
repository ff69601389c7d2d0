import numpy as np
from image_layer_contract import ImageLayerContract, arrays
from keras_core import stage
from keras_preprocessing.layers import RandomCrop


class TestRandomCrop(ImageLayerContract):
    layer = RandomCrop
    arguments = {"height": 6, "width": 7, "seed": 4}
    off_by = 0

    def made(self, **more):
        box = {"height": 40, "width": 50, "seed": 8} if "bounding_box_format" in more else {}
        return self.layer(**{"data_format": "channels_last", **self.arguments, **box, **more})

    def without_training(self, images):
        return images.reshape(len(images), 6, 2, 7, 2, 2).mean((2, 4))


def test_every_place_is_drawn():
    x = np.arange(12, dtype="float32").reshape(1, 3, 4, 1)
    layer = RandomCrop(2, 2, seed=1, data_format="channels_last")
    program = stage(lambda images: layer(images, training=True), layer.variables)
    found = np.stack([arrays(program(x))[0, :, :, 0] for _ in range(60)])
    assert sorted(set(found[:, 0, 0].tolist())) == [0, 1, 2, 4, 5, 6]
    np.testing.assert_array_equal(found - found[:, :1, :1], np.tile([[0, 1], [4, 5]], (60, 1, 1)))


def test_pictures_that_are_not_large_enough_are_enlarged():
    x = np.array([[1.0, 3.0]], "float32").reshape(1, 1, 2, 1)
    found = arrays(RandomCrop(2, 4, data_format="channels_last")(x, training=True))
    np.testing.assert_allclose(found[0, :, :, 0], [[1, 1.5, 2.5, 3]] * 2)
