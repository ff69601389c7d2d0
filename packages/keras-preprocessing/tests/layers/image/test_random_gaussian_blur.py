import numpy as np
import pytest
from color_layer_contract import ColorLayerContract
from keras_preprocessing.layers import RandomGaussianBlur
from scipy import ndimage


class TestRandomGaussianBlur(ColorLayerContract):
    layer = RandomGaussianBlur
    arguments = {"factor": (1.0, 1.0), "kernel_size": (3, 5), "sigma": (0.5, 1.5), "seed": 1}
    ranged = (0, 1)

    def reference(self, images, drawn):
        found = images.copy()
        for k, (picture, sigmas) in enumerate(zip(images, drawn["blur_factor"], strict=True)):
            for axis, (size, sigma) in enumerate(zip((3, 5), sigmas, strict=True)):
                bell = np.exp(-0.5 * ((np.arange(size) - size // 2) / sigma) ** 2)
                picture = ndimage.convolve1d(picture, bell / bell.sum(), axis=axis, mode="constant")
            found[k] = picture
        return found


def test_pictures_that_are_not_chosen_stay():
    x = np.random.default_rng(0).uniform(size=(40, 3, 3, 1)).astype("float32")
    found = np.asarray(RandomGaussianBlur((0.5, 0.5), seed=1, data_format="channels_last")(x))
    same = np.isclose(found, x).all((1, 2, 3))
    assert 10 < same.sum() < 30


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"factor": 1.5}, "factor must be a number or a pair of numbers from 0 to 1, got 1.5"),
        ({"kernel_size": 4}, "kernel_size must be an odd number or two of them"),
        ({"sigma": -1.0, "kernel_size": (3, 3, 3)}, "kernel_size must be an odd number"),
    ],
)
def test_what_does_not_fit(options, message):
    with pytest.raises(ValueError, match=message):
        RandomGaussianBlur(**options)
