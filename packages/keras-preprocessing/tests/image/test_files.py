"""Covers: saved_pictures.py."""

import io
import os
from pathlib import Path

import numpy as np
import pytest
from keras_preprocessing import image
from keras_preprocessing.image.files import load_pixels
from keras_preprocessing.image.saved_pictures import save_pictures

Image = pytest.importorskip("PIL.Image")
PICTURE = np.random.default_rng(0).integers(0, 256, (12, 20, 3)).astype("float32")


@pytest.fixture
def path(tmp_path):
    found = tmp_path / "p.png"
    image.save_img(found, PICTURE, scale=False)
    return found


def test_files_and_open_files(path):
    for given in (path, str(path), os.fsencode(path), io.BytesIO(path.read_bytes())):
        np.testing.assert_array_equal(image.img_to_array(image.load_img(given)), PICTURE)
    with path.open("rb") as file:
        assert image.load_img(file).size == (20, 12)


def test_color_modes(path):
    assert image.load_img(path, color_mode="grayscale").mode == "L"
    assert image.load_img(path, color_mode="rgba").mode == "RGBA"
    deep = Image.fromarray(np.array([[0, 40000]], "int32"))
    file = io.BytesIO()
    deep.save(file, "tiff")
    assert image.img_to_array(image.load_img(file, color_mode="grayscale")).ravel().tolist() == [0, 40000]


def test_pixels_are_those_of_load_img(path, tmp_path):
    for mode, channels in (("rgb", 3), ("rgba", 4), ("grayscale", 1)):
        pixels = load_pixels(path, mode)
        assert pixels.shape == (12, 20, channels) and pixels.dtype == "uint8"
        np.testing.assert_array_equal(pixels, image.img_to_array(image.load_img(path, color_mode=mode)))
    deep = tmp_path / "deep.png"
    Image.fromarray(np.array([[0, 40000]], "uint16")).save(deep)
    assert load_pixels(deep, "grayscale").tolist() == [[[0], [40000]]]


def test_keras_2_s_argument(path):
    for arguments, options in (((True,), {}), ((), {"grayscale": True})):
        with pytest.warns(DeprecationWarning, match='write color_mode="grayscale"'):
            assert image.load_img(path, *arguments, **options).mode == "L"
    with pytest.warns(DeprecationWarning):
        assert image.load_img(path, False, target_size=(3, 4)).mode == "RGB"


@pytest.mark.parametrize("interpolation", ["nearest", "bilinear", "bicubic", "hamming", "box", "lanczos"])
def test_resized_by_pillow(path, interpolation):
    found = image.load_img(path, target_size=(6, 8), interpolation=interpolation)
    resample = getattr(Image.Resampling, interpolation.upper())
    np.testing.assert_array_equal(np.asarray(found), np.asarray(Image.open(path).resize((8, 6), resample)))


@pytest.mark.parametrize(
    ("size", "box"), [((6, 6), (4, 0, 16, 12)), ((4, 20), (0, 4, 20, 8)), ((1, 50), (0, 5, 20, 6))]
)
def test_proportions_are_kept(path, size, box):
    found = image.load_img(path, target_size=size, interpolation="bilinear", keep_aspect_ratio=True)
    expected = Image.open(path).resize((size[1], size[0]), Image.Resampling.BILINEAR, box=box)
    np.testing.assert_array_equal(np.asarray(found), np.asarray(expected))


def test_jpeg_has_no_transparency(tmp_path):
    x = np.zeros((4, 4, 4))
    for target, options in ((tmp_path / "a.jpg", {}), (io.BytesIO(), {"file_format": "jpg"})):
        with pytest.warns(UserWarning, match="written as RGB"):
            image.save_img(target, x, **options)
        assert image.load_img(target).mode == "RGB"
    image.save_img(tmp_path / "c.png", x)
    with Image.open(tmp_path / "c.png") as img:
        assert img.mode == "RGBA"


def test_pictures_in_a_folder(tmp_path):
    for name in ("b.png", "a.JPG", "sub/c.bmp", "text.txt"):
        file = tmp_path / name
        file.parent.mkdir(exist_ok=True)
        file.touch()
    names = [str(Path(path).relative_to(tmp_path)) for path in image.list_pictures(tmp_path)]
    assert names == ["a.JPG", "b.png", str(Path("sub", "c.bmp"))]
    assert image.list_pictures(tmp_path, "txt") == [str(tmp_path / "text.txt")]


def test_batches_as_files(tmp_path):
    save_pictures(PICTURE[None], np.array([7]), "channels_last", tmp_path / "new", "seen", "png")
    (file,) = (tmp_path / "new").iterdir()
    assert file.name.startswith("seen_7_") and image.load_img(file).size == (20, 12)


def test_what_does_not_fit(path, tmp_path):
    broken = tmp_path / "broken.png"
    broken.write_bytes(path.read_bytes()[:80])
    with pytest.raises(OSError, match=r"cannot read .*broken.png as a picture"):
        image.load_img(broken)
    with pytest.raises(OSError, match="cannot read the given file as a picture"):
        image.load_img(io.BytesIO(b"text"))
    with pytest.raises(FileNotFoundError):
        image.load_img(tmp_path / "none.png")
    with pytest.raises(TypeError, match="takes a path or an open file, got int"):
        image.load_img(5)
    for options, message in (
        ({"color_mode": "cmyk"}, "color_mode must be"),
        ({"interpolation": "area"}, "interpolation must be one of"),
        ({"target_size": 5}, r"height and width, such as \(224, 224\); got 5"),
        ({"target_size": (0, 3)}, r"got \(0, 3\)"),
        ({"target_size": "23"}, "got '23'"),
    ):
        with pytest.raises(ValueError, match=message):
            image.load_img(path, **options)
