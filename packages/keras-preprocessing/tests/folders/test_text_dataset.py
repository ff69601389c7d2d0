"""Covers: labelled_files.py, file_dataset.py, text_dataset.py."""

import threading

import numpy as np
import pytest
from keras_preprocessing.folders import text_dataset_from_directory


@pytest.fixture
def folder(tmp_path):
    """Five texts a class, one deeper; each is the class's name and a number."""
    for name in ("a", "b", "c"):
        for number in range(5):
            path = tmp_path / name / ("deep" if number == 4 else "") / f"{number}.txt"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(f"{name}{number} wörter", encoding="utf-8")
        (tmp_path / name / "picture.png").write_bytes(b"no text")
    (tmp_path / ".hidden").mkdir()
    return tmp_path


def texts(data):
    return [text for batch in data for text in (batch[0] if isinstance(batch, tuple) else batch)]


def test_files_by_name_and_their_classes(folder, capsys):
    data = text_dataset_from_directory(folder, batch_size=4, shuffle=False, max_length=2)
    assert capsys.readouterr().out == "Found 15 files belonging to 3 classes.\n"
    assert data.class_names == ["a", "b", "c"] and len(data) == 4 and data.file_paths[0].endswith("0.txt")
    assert texts(data) == [f"{name}{number}" for name in "abc" for number in range(5)]
    x, y = data[3]
    assert x.tolist() == ["c2", "c3", "c4"] and y.tolist() == [2, 2, 2] and y.dtype == "int32"
    assert data[-1][0].tolist() == x.tolist()
    with pytest.raises(IndexError, match="has 4 batches; there is none of index 4"):
        data[4]
    whole = text_dataset_from_directory(folder, batch_size=None, shuffle=False, verbose=False)
    assert len(whole) == 15 and whole[9] == ("b4 wörter", 1)


def test_several_batches_are_made_at_a_time(folder):
    data = text_dataset_from_directory(folder, batch_size=1, shuffle=False, verbose=False)
    data.workers = 2
    both, read = threading.Barrier(2, timeout=20), data._read

    def read_by_two(path):
        if path != data.file_paths[-1]:  # of an odd number
            both.wait()  # which one thread alone never passes
        return read(path)

    data._read = read_by_two
    assert texts(data) == [f"{name}{number} wörter" for name in "abc" for number in range(5)]
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("keras-worker")]


def test_targets(folder):
    def targets(**arguments):
        return text_dataset_from_directory(folder, batch_size=15, shuffle=False, verbose=False, **arguments)[0]

    np.testing.assert_array_equal(targets(label_mode="categorical")[1], np.repeat(np.eye(3, dtype="float32"), 5, 0))
    assert targets(label_mode=None)[14] == targets(labels=None)[14] == "c4 wörter"
    x, y = targets(class_names=["c", "b", "a"])
    assert x[0] == "c0 wörter" and y.tolist() == [0] * 5 + [1] * 5 + [2] * 5
    own = np.arange(15) % 2
    assert targets(labels=own)[1].tolist() == own.tolist()
    np.testing.assert_array_equal(
        targets(labels=own, label_mode="binary")[1], own[:, None].astype("float32"), strict=True
    )


def test_each_pass_has_a_new_order_that_the_seed_says(folder):
    first, second = (text_dataset_from_directory(folder, seed=3, verbose=False) for _ in range(2))
    one, two = texts(first), texts(first)
    assert one != two and sorted(one) == sorted(two) and [texts(second), texts(second)] == [one, two]
    for x, y in first:
        assert ["abc".index(text[0]) for text in x] == y.tolist()


@pytest.mark.parametrize("shuffle", [False, True])
def test_parts_of_a_split_do_not_overlap(folder, shuffle, capsys):
    def part(subset):
        return text_dataset_from_directory(folder, shuffle=shuffle, seed=1, validation_split=0.2, subset=subset)

    both = part("both")
    assert capsys.readouterr().out.endswith("Using 12 and 3 files for training and validation.\n")
    training, validation = (sorted(texts(part(name))) for name in ("training", "validation"))
    assert (len(training), len(validation)) == (12, 3) and not set(training) & set(validation)
    assert [sorted(texts(one)) for one in both] == [training, validation]
    assert shuffle or {text[0] for text in validation} == {"c"}


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"labels": "none"}, 'labels must be "inferred", None or a number for each file'),
        ({"labels": [0, 1]}, "a number for each of the 15 files, got 2"),
        ({"label_mode": "one-hot"}, "label_mode must be one of 'int', 'binary', 'categorical', None, got 'one-hot'"),
        ({"label_mode": "binary"}, "is for 2 classes"),
        ({"class_names": ["a", "b"]}, r"class_names must be the folders .*\['a', 'b', 'c'\]; got \['a', 'b'\]"),
        ({"class_names": ["a"], "labels": None}, "class_names is for labels"),
        ({"validation_split": 0.2}, "belong together"),
        ({"validation_split": 0.2, "subset": "test"}, "subset must be one of"),
        ({"validation_split": 1.2, "subset": "both"}, "must lie between 0 and 1, got 1.2"),
        ({"validation_split": 0.2, "subset": "both"}, "give a seed"),
        ({"validation_split": 0.01, "subset": "both", "seed": 1}, "leaves none of 15 files"),
        ({"batch_size": 0}, "batch_size must be a positive int or None, got 0"),
        ({"format": "rows"}, "of no framework"),
        ({"errors": "ignore"}, 'errors must be "raise", or "skip" where there are batches; got \'ignore\''),
        ({"errors": "skip", "batch_size": None}, "got 'skip' and batch_size=None"),
    ],
)
def test_what_does_not_fit_is_refused(folder, arguments, message):
    with pytest.raises(ValueError, match=message):
        text_dataset_from_directory(folder, verbose=False, **arguments)


def test_folders_without_files(tmp_path):
    with pytest.raises(ValueError, match="holds no folders; there must be one for each class, or labels=None"):
        text_dataset_from_directory(tmp_path)
    with pytest.raises(ValueError, match=r"holds no files that end with \.txt"):
        text_dataset_from_directory(tmp_path, labels=None)
    with pytest.raises(FileNotFoundError):
        text_dataset_from_directory(tmp_path / "none", labels=None)


def test_files_that_are_no_text(folder):
    (folder / "b" / "1.txt").write_bytes(b"\xff\xfe")
    batches = text_dataset_from_directory(folder, shuffle=False, verbose=False, batch_size=5)
    with pytest.raises(ValueError, match=r"1.txt is not text in UTF-8: .*byte 0xff in position 0"):
        batches[1]
    batches = text_dataset_from_directory(folder, shuffle=False, verbose=False, batch_size=5, errors="skip")
    with pytest.warns(UserWarning, match=r"1.txt is not text in UTF-8: .*\. It is left out"):
        x, y = batches[1]
    assert [text[:2] for text in x] == ["b0", "b2", "b3", "b4"] and y.tolist() == [1] * 4
    one = text_dataset_from_directory(
        folder / "..", labels=None, shuffle=False, verbose=False, batch_size=1, errors="skip"
    )
    with pytest.warns(UserWarning), pytest.raises(OSError, match=r"None of the 1 files of a batch can be read.*1.txt"):
        one[6]
