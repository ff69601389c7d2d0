import numpy as np
import pytest
from image_layer_contract import ImageLayerContract, arrays
from keras_core import ops, stage
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


@pytest.mark.parametrize("dtype", ["float32", "uint8", "float64", "bool"])
@pytest.mark.parametrize("data_format", ["channels_last", "channels_first"])
def test_arrays_are_cut_where_tensors_are(dtype, data_format):
    pictures = np.random.default_rng(0).integers(0, 2 if dtype == "bool" else 200, (3, 30, 40, 30)).astype(dtype)
    layer, other = (RandomCrop(9, 11, seed=5, data_format=data_format) for _ in range(2))
    found = [arrays(layer(one)) for one in (pictures, pictures[::-1], pictures[0]) for _ in range(3)]
    tensors = [ops.convert_to_tensor(np.ascontiguousarray(one)) for one in (pictures, pictures[::-1], pictures[0])]
    expected = [arrays(other(one)) for one in tensors for _ in range(3)]
    for one, wanted in zip(found, expected, strict=True):
        np.testing.assert_array_equal(one, wanted)
        assert one.dtype == wanted.dtype == np.float32
    assert len({one.tobytes() for one in found[:3]}) > 1
