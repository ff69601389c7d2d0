import numpy as np
import pytest
from keras_preprocessing import image

PICTURE = np.random.default_rng(0).integers(0, 256, (5, 6, 3)).astype("float32")


def test_channel_shift_stays_within_the_picture():
    found = image.apply_channel_shift(PICTURE, 40, channel_axis=2)
    np.testing.assert_allclose(found, np.minimum(PICTURE + 40, PICTURE.max()))
    np.random.seed(3)
    shifted = image.random_channel_shift(PICTURE, 60.0, 2)
    np.random.seed(3)
    np.testing.assert_allclose(shifted, image.apply_channel_shift(PICTURE, np.random.uniform(-60, 60)))


@pytest.mark.parametrize("factor", [0.0, 0.3, 1.0, 1.7])
def test_brightness_is_pillow_s(factor):
    enhance = pytest.importorskip("PIL.ImageEnhance")
    for scale in (True, False):
        picture = image.array_to_img(PICTURE, scale=scale)
        expected = image.img_to_array(enhance.Brightness(picture).enhance(factor))
        np.testing.assert_array_equal(image.apply_brightness_shift(PICTURE, factor, scale), expected)


def test_brightness_of_values_outside_of_pictures():
    x = (PICTURE - 100) * 3
    found = image.apply_brightness_shift(x, 0.5, scale=False)
    low, high = x.min(), x.max()
    np.testing.assert_allclose(found, (x - low) / 2 + low, atol=(high - low) / 128)
    assert (image.apply_brightness_shift(np.zeros((2, 2, 1)), 2) == 0).all()


def test_random_brightness():
    np.random.seed(3)
    found = image.random_brightness(PICTURE, (0.2, 0.8))
    np.random.seed(3)
    np.testing.assert_array_equal(found, image.apply_brightness_shift(PICTURE, np.random.uniform(0.2, 0.8)))
    with pytest.raises(ValueError, match="smallest and largest factor, got 3"):
        image.random_brightness(PICTURE, 3)
