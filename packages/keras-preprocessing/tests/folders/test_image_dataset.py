"""Pictures in folders: sizes, borders, channels."""

import numpy as np
import pytest
from keras_preprocessing.folders import image_dataset_from_directory
from keras_preprocessing.image import save_img

pytest.importorskip("PIL")


@pytest.fixture
def folder(tmp_path):
    """A white picture of 8 by 4 and a gray one of 4 by 4, one a class."""
    for name, shape, value in (("a", (8, 4, 3), 255.0), ("b", (4, 4, 3), 100.0)):
        (tmp_path / name).mkdir()
        save_img(tmp_path / name / "1.png", np.full(shape, value), scale=False)
    return tmp_path


def load(folder, **arguments):
    return image_dataset_from_directory(folder, shuffle=False, verbose=False, **arguments)


def test_pictures_get_one_size(folder):
    x, y = load(folder, image_size=(6, 5))[0]
    assert x.shape == (2, 6, 5, 3) and x.dtype == "float32" and y.tolist() == [0, 1]
    assert (x[0] == 255).all() and (x[1] == 100).all()


def test_borders_or_cuts_keep_proportions(folder):
    padded = load(folder, image_size=(4, 4), pad_to_aspect_ratio=True, color_mode="grayscale")[0][0]
    np.testing.assert_array_equal(padded[0, :, :, 0], [[0, 255, 255, 0]] * 4)
    cut = load(folder, image_size=(4, 4), crop_to_aspect_ratio=True)[0][0]
    assert (cut[0] == 255).all()
    thin = load(folder, image_size=(2, 64), crop_to_aspect_ratio=True)[0][0]  # less than a pixel would be cut out
    assert (thin[0] == 255).all() and (thin[1] == 100).all()
    with pytest.raises(ValueError, match="either cropped or padded"):
        load(folder, crop_to_aspect_ratio=True, pad_to_aspect_ratio=True)


def test_channels(folder):
    assert load(folder, image_size=(4, 4), color_mode="rgba", data_format="channels_first")[0][0].shape == (2, 4, 4, 4)
    assert load(folder, image_size=(4, 4), batch_size=None)[1][0].shape == (4, 4, 3)
    with pytest.raises(ValueError, match="color_mode must be"):
        load(folder, color_mode="cmyk")
    with pytest.raises(ValueError, match="the size is height and width"):
        load(folder, image_size=4)
    with pytest.raises(ValueError, match=r"interpolation must be one of nearest, area, .*, lanczos, got 'cubic'"):
        load(folder, interpolation="cubic")
    with pytest.raises(ValueError, match=r"of no framework.*got 'rows'"):
        load(folder, format="rows")


@pytest.mark.parametrize("interpolation", ["area", "gaussian", "box", "lanczos"])
def test_ways_of_resizing(folder, interpolation):
    x, _ = load(folder, image_size=(3, 3), interpolation=interpolation)[0]
    np.testing.assert_allclose(x[0], 255, rtol=1e-6)
    np.testing.assert_allclose(x[1], 100, rtol=1e-6)


def test_pictures_that_do_not_decode(folder):
    (folder / "b" / "0.png").write_bytes(b"no picture")
    with pytest.raises(OSError, match=r"cannot read .*0.png as a picture"):
        load(folder)[0]
    with pytest.warns(UserWarning, match=r"cannot read .*0.png as a picture: .*\. It is left out"):
        x, y = load(folder, image_size=(4, 4), errors="skip")[0]
    assert x[:, 0, 0, 0].tolist() == [255, 100] and y.tolist() == [0, 1]
