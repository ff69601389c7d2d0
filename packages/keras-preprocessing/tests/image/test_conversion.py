import numpy as np
import pytest
from keras_preprocessing import image

pytest.importorskip("PIL")
RNG = np.random.default_rng(0)


@pytest.mark.parametrize(("channels", "mode"), [(1, "L"), (3, "RGB"), (4, "RGBA")])
@pytest.mark.parametrize("form", ["channels_last", "channels_first"])
def test_there_and_back(channels, mode, form):
    x = RNG.integers(0, 256, (5, 7, channels)).astype("float32")
    given = np.moveaxis(x, 2, 0) if form == "channels_first" else x
    img = image.array_to_img(given, form, scale=False)
    assert img.mode == mode and img.size == (7, 5)
    np.testing.assert_array_equal(image.img_to_array(img, form), given, strict=True)


def test_scaled_from_black_to_white():
    img = image.array_to_img(np.array([[[-2.0], [0.0]], [[1.0], [2.0]]]))
    assert np.asarray(img).tolist() == [[0, 127], [191, 255]]
    assert np.asarray(image.array_to_img(np.full((2, 2, 3), 9.0))).max() == 0


def test_gray_values_of_more_than_eight_bits():
    x = np.array([[[0.0], [60000.0]]])
    img = image.array_to_img(x, scale=False)
    assert img.mode == "I"
    np.testing.assert_array_equal(image.img_to_array(img), x)


def test_arrays_and_dtypes():
    assert image.img_to_array(np.zeros((4, 6)), "channels_first", "uint8").shape == (1, 4, 6)
    assert image.img_to_array(np.zeros((4, 6)), dtype="uint8").dtype == "uint8"


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: image.img_to_array(np.zeros(3)), r"array of shape \(3,\)"),
        (lambda: image.array_to_img(np.zeros((1, 2, 2, 3))), r"one picture, .* got shape \(1, 2, 2, 3\)"),
        (lambda: image.array_to_img(np.zeros((3, 4, 4))[:, :, :2]), "1, 3 or 4 channels, got 2"),
        (lambda: image.array_to_img(np.zeros((3, 4, 4)), "last"), "data_format"),
    ],
)
def test_what_does_not_fit(call, message):
    with pytest.raises(ValueError, match=message):
        call()
