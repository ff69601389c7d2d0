"""JPEG files by simplejpeg beside Pillow, which reads them otherwise."""

import io

import numpy as np
import pytest
from keras_preprocessing.image.files import load_pixels
from keras_preprocessing.image.jpeg import decoded_jpeg

Image = pytest.importorskip("PIL.Image")
pytest.importorskip("simplejpeg")
PIXELS = np.random.default_rng(0).integers(0, 256, (37, 53, 4)).astype("uint8")


def written(mode="RGB", **options):
    """What is in a file of random pixels."""
    file = io.BytesIO()
    channels = len(mode)
    Image.fromarray(PIXELS[..., 0] if channels == 1 else PIXELS[..., :channels], mode).save(file, "jpeg", **options)
    return file.getvalue()


def by_pillow(data, mode):
    return np.asarray(Image.open(io.BytesIO(data)).convert(mode))


@pytest.mark.parametrize("options", [{}, {"subsampling": 0}, {"subsampling": 1}, {"quality": 30, "progressive": True}])
def test_pixels_are_pillow_s(options):
    data = written(**options)
    found = decoded_jpeg(data, "rgb", None)
    assert found.dtype == "uint8"
    np.testing.assert_array_equal(found, by_pillow(data, "RGB"))


def test_colors_that_the_file_keeps_otherwise():
    stored_as_they_are = written(keep_rgb=True)
    np.testing.assert_array_equal(decoded_jpeg(stored_as_they_are, "rgb", None), by_pillow(stored_as_they_are, "RGB"))
    gray = written("L")
    np.testing.assert_array_equal(decoded_jpeg(gray, "rgb", None), by_pillow(gray, "RGB"))
    np.testing.assert_array_equal(decoded_jpeg(gray, "grayscale", None)[..., 0], by_pillow(gray, "L"))


def test_what_is_left_to_pillow():
    data = written()
    assert decoded_jpeg(data, "grayscale", None) is None and decoded_jpeg(data, "rgba", None) is None
    assert decoded_jpeg(written("CMYK"), "rgb", None) is None
    assert decoded_jpeg(data, "rgb", PIXELS[..., 0].size) is not None
    assert decoded_jpeg(data, "rgb", PIXELS[..., 0].size - 1) is None
    for damaged in (data[: len(data) // 2], data[:3], b"\x89PNG" + data, b""):
        assert decoded_jpeg(damaged, "rgb", None) is None


@pytest.mark.parametrize(("mode", "color_mode", "converted"), [("RGB", "grayscale", "L"), ("CMYK", "rgb", "RGB")])
def test_files_have_the_same_pixels_by_either(tmp_path, mode, color_mode, converted):
    path = tmp_path / "1.jpg"
    path.write_bytes(written(mode))
    expected = by_pillow(path.read_bytes(), converted)
    np.testing.assert_array_equal(load_pixels(path, color_mode).squeeze(), expected)


def test_damaged_files_are_named(tmp_path):
    path = tmp_path / "1.jpg"
    data = written()
    path.write_bytes(data[: len(data) // 2])
    with pytest.raises(OSError, match=r"cannot read .*1.jpg as a picture: image file is truncated"):
        load_pixels(path, "rgb")
