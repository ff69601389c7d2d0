import numpy as np
import pytest
from color_layer_contract import ColorLayerContract, arrays
from keras_preprocessing.layers import RandomErasing


class TestRandomErasing(ColorLayerContract):
    layer = RandomErasing
    arguments = {"factor": (0.9, 1.0), "scale": (0.1, 0.4), "fill_value": [1.0, 2.0, 3.0], "seed": 1}
    ranged = None

    def reference(self, images, drawn):
        expected = images.copy()
        for picture, chosen, (left, top, right, bottom) in zip(
            expected, drawn["apply_erasing"], drawn["corners"].T, strict=True
        ):
            assert 0 <= left < right <= 5 and 0 <= top < bottom <= 6
            if chosen:
                rows, columns = (
                    slice(int(np.ceil(top)), int(np.ceil(bottom))),
                    slice(int(np.ceil(left)), int(np.ceil(right))),
                )
                picture[rows, columns] = [1, 2, 3]
        return expected


def test_noise_that_differs_between_pixels():
    layer = RandomErasing((1.0, 1.0), scale=(0.5, 0.5), value_range=(-1, 1), seed=1, data_format="channels_last")
    found = arrays(layer(np.full((2, 8, 8, 3), 0.5, "float32")))
    erased = found[(found != 0.5).any(-1)]
    assert len(erased) in range(50, 75) and np.abs(erased).max() == 1 and len(np.unique(erased)) > 90
    one = RandomErasing((1.0, 1.0), seed=1, data_format="channels_last")(np.zeros((8, 8, 3), "float32"))
    assert tuple(one.shape) == (8, 8, 3)


@pytest.mark.parametrize("form", ["channels_last", "channels_first"])
def test_noise_that_differs_between_pictures_and_calls(form):
    layer = RandomErasing((1.0, 1.0), scale=(0.5, 0.5), value_range=(-9, 9), seed=1, data_format=form)
    shape = (4, 16, 16, 3) if form == "channels_last" else (4, 3, 16, 16)
    data = np.zeros(shape, "float32")
    noise = [arrays(layer.get_random_transformation(data)["fill_value"]) for _ in range(2)]
    pictures = np.concatenate(noise).reshape(8, -1)
    assert np.abs(np.corrcoef(pictures) - np.eye(8)).max() < 0.2
    assert abs(noise[0].std() - 6.47) < 0.3  # that of 9, clipped from -9 to 9


def test_areas():
    layer = RandomErasing((0.5, 0.5), scale=(0.25, 0.25), fill_value=0, seed=1, data_format="channels_last")
    left, top, right, bottom = arrays(layer.get_random_transformation(np.ones((50, 8, 4, 1)))["corners"])
    np.testing.assert_allclose([right - left, bottom - top], [[2] * 50, [4] * 50], rtol=1e-5)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"factor": 2.0}, "factor must be a number or a pair of numbers from 0 to 1"),
        ({"scale": (0.1, 1.2)}, "scale must be a number or a pair of numbers from 0 to 1"),
        ({"fill_value": "noise"}, "fill_value must be a number, one for each channel or None, got 'noise'"),
    ],
)
def test_what_does_not_fit(options, message):
    with pytest.raises(ValueError, match=message):
        RandomErasing(**options)
