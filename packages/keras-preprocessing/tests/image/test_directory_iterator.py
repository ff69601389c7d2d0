"""Covers: files_iterator.py."""

import numpy as np
import pytest
from keras_preprocessing.image import DirectoryIterator, ImageDataGenerator, save_img

pytest.importorskip("PIL")
PLAIN = ImageDataGenerator()


@pytest.fixture
def folder(tmp_path):
    """Ten pictures a class, deeper ones too; the value of a picture is 10 times its class plus its number."""
    for label, name in enumerate(("a", "b", "c")):
        for number in range(10):
            path = tmp_path / name / ("deep" if number > 7 else "") / f"{number}.png"
            path.parent.mkdir(parents=True, exist_ok=True)
            save_img(path, np.full((6, 5, 3), label * 10.0 + number), scale=False)
        (tmp_path / name / "notes.txt").write_text("no picture")
    return tmp_path


def values(x):
    return x[:, 0, 0, 0].tolist()


def test_classes_and_files(folder, capsys):
    batches = PLAIN.flow_from_directory(folder, target_size=(4, 3), batch_size=7, shuffle=False)
    assert capsys.readouterr().out == "Found 30 images belonging to 3 classes.\n"
    assert batches.class_indices == {"a": 0, "b": 1, "c": 2} and batches.num_classes == 3
    assert batches.classes.tolist() == batches.labels.tolist() == [0] * 10 + [1] * 10 + [2] * 10
    assert batches.samples == batches.n == 30 and len(batches) == 5 and batches.sample_weight is None
    assert batches.filenames[8].replace("\\", "/") == "a/deep/8.png"
    assert batches.filepaths[0] == str(folder / "a" / "0.png")
    x, y = batches[1]
    assert x.shape == (7, 4, 3, 3) and x.dtype == "float32"
    assert values(x) == [7, 8, 9, 10, 11, 12, 13]
    assert y.tolist() == [[1, 0, 0]] * 3 + [[0, 1, 0]] * 4


@pytest.mark.parametrize("mode", ["sparse", "binary", "input", None])
def test_targets(folder, mode):
    batches = PLAIN.flow_from_directory(folder, classes=["c", "a"], class_mode=mode, batch_size=20, shuffle=False)
    if mode is None:
        assert values(batches[0]) == [*range(20, 30), *range(10)]
        return
    x, y = batches[0]
    if mode == "input":
        np.testing.assert_array_equal(x, y)
    else:
        np.testing.assert_array_equal(y, np.repeat([0, 1], 10).astype("float32"), strict=True)


@pytest.mark.parametrize("mode", [("grayscale", 1), ("rgb", 3), ("rgba", 4)])
@pytest.mark.parametrize("form", ["channels_last", "channels_first"])
def test_color_modes_and_formats(folder, mode, form):
    batches = DirectoryIterator(folder, None, target_size=(6, 5), color_mode=mode[0], data_format=form, shuffle=False)
    expected = (6, 5, mode[1]) if form == "channels_last" else (mode[1], 6, 5)
    assert batches.image_shape == expected and batches[0][0].shape[1:] == expected


def test_subsets_are_parts_of_each_class(folder):
    generator = ImageDataGenerator(validation_split=0.3)
    parts = {}
    for subset in ("training", "validation"):
        batches = generator.flow_from_directory(folder, subset=subset, batch_size=30, shuffle=False, class_mode=None)
        parts[subset] = values(batches[0])
    assert parts["validation"] == [0, 1, 2, 10, 11, 12, 20, 21, 22]
    assert sorted(parts["training"] + parts["validation"]) == list(range(30))


def test_seeds_make_the_same_batches(folder):
    generator = ImageDataGenerator(rotation_range=30, rescale=1 / 255)

    def batches(order):
        source = generator.flow_from_directory(folder, target_size=(6, 5), batch_size=4, seed=5)
        source[0]
        made = {i: source[i] for i in order}
        return [made[i] for i in range(8)]

    for one, other in zip(batches(range(8)), batches([3, 1, 7, 0, 2, 6, 5, 4]), strict=True):
        np.testing.assert_array_equal(one[0], other[0])
        np.testing.assert_array_equal(one[1], other[1])


def test_pictures_without_classes(folder):
    batches = PLAIN.flow_from_directory(folder / "a", classes=["."], class_mode=None, shuffle=False)
    assert values(batches[0]) == list(range(10))


def test_pictures_are_written(folder, tmp_path):
    batches = PLAIN.flow_from_directory(folder, batch_size=3, shuffle=False, save_to_dir=tmp_path / "seen")
    batches[1]
    assert sorted(file.name[:3] for file in (tmp_path / "seen").iterdir()) == ["_3_", "_4_", "_5_"]


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        (
            {"class_mode": "raw"},
            ValueError,
            "class_mode must be one of 'categorical', 'binary', 'sparse', 'input', None",
        ),
        ({"color_mode": "cmyk"}, ValueError, "DirectoryIterator: color_mode must be"),
        ({"interpolation": "best"}, ValueError, "interpolation must be one of"),
        ({"subset": "test"}, ValueError, "subset must be"),
        ({"target_size": 5}, ValueError, "the size is height and width"),
        ({"classes": ["dogs"]}, ValueError, "there is no folder .*dogs for the class 'dogs'"),
    ],
)
def test_what_does_not_fit(folder, options, error, message):
    with pytest.raises(error, match=message):
        PLAIN.flow_from_directory(folder, **options)


def test_a_folder_without_classes_and_one_that_is_not_there(tmp_path):
    with pytest.raises(ValueError, match="holds no folders; there must be one for each class"):
        PLAIN.flow_from_directory(tmp_path)
    with pytest.raises(FileNotFoundError):
        PLAIN.flow_from_directory(tmp_path / "none")


def test_a_picture_that_does_not_decode_is_named(folder):
    (folder / "a" / "0.png").write_bytes(b"no picture")
    with pytest.raises(OSError, match=r"cannot read .*0.png"):
        PLAIN.flow_from_directory(folder, shuffle=False)[0]
