"""Covers: _cifar.py, cifar10.py, cifar100.py."""

import os
import pickle

import numpy as np
import pytest
from keras_core import config
from keras_core.saving import FileFormatError
from keras_datasets import cifar10, cifar100
from keras_datasets._cifar import read_batches


@pytest.fixture
def ten(random, publish, python_2_batch, tar_gz):
    """Six batches of two pictures."""
    names = [*(f"data_batch_{number}" for number in range(1, 6)), "test_batch"]
    data = {name: random.integers(0, 256, (2, 3072), np.uint8) for name in names}
    labels = {name: [place, 9 - place] for place, name in enumerate(names)}
    files = {
        f"cifar-10-batches-py/{name}": python_2_batch(data[name], labels=labels[name], filenames=[b"a.png", b"b.png"])
        for name in names
    }
    publish(cifar10, "FILE", tar_gz({**files, "cifar-10-batches-py/readme.html": b"<html>"}))
    return data, labels


def test_cifar10(ten):
    data, labels = ten
    (x_train, y_train), (x_test, y_test) = cifar10.load_data()
    assert x_train.shape == (10, 32, 32, 3) and x_train.dtype == np.uint8
    assert y_train.shape == (10, 1) and y_train.dtype == np.uint8
    # A picture is its red, green and blue, each row by row.
    np.testing.assert_array_equal(x_train[3, :, :, 1].ravel(), data["data_batch_2"][1, 1024:2048])
    np.testing.assert_array_equal(x_test[0, 5, :, 2], data["test_batch"][0, 2048 + 5 * 32 : 2048 + 6 * 32])
    assert y_train.ravel().tolist() == [label for name in list(labels)[:5] for label in labels[name]]
    assert y_test.tolist() == [[5], [4]]


def test_channels_first(ten):
    data, _ = ten
    config.set_image_data_format("channels_first")
    try:
        (x_train, _), (x_test, _) = cifar10.load_data()
    finally:
        config.set_image_data_format("channels_last")
    np.testing.assert_array_equal(x_test.reshape(2, 3072), data["test_batch"])
    assert x_train.shape == (10, 3, 32, 32)


def test_it_is_downloaded_and_unpacked_once(ten, tmp_path):
    cifar10.load_data()
    folder = tmp_path / "home" / "datasets"
    assert sorted(os.listdir(folder)) == ["cifar-10-batches-py.tar.gz", "cifar-10-batches-py_extracted"]
    (tmp_path / "site" / "cifar-10-python.tar.gz").unlink()
    cifar10.load_data()


@pytest.mark.parametrize("mode", ["fine", "coarse"])
def test_cifar100(random, publish, python_2_batch, tar_gz, mode):
    data = {"train": random.integers(0, 256, (3, 3072), np.uint8), "test": random.integers(0, 256, (2, 3072), np.uint8)}
    fine, coarse = {"train": [99, 0, 50], "test": [7, 8]}, {"train": [19, 0, 5], "test": [1, 2]}
    files = {
        f"cifar-100-python/{name}": python_2_batch(x, fine_labels=fine[name], coarse_labels=coarse[name])
        for name, x in data.items()
    }
    publish(cifar100, "FILE", tar_gz(files))
    (x_train, y_train), (x_test, y_test) = cifar100.load_data(mode)
    expected = fine if mode == "fine" else coarse
    assert y_train.ravel().tolist() == expected["train"] and y_test.ravel().tolist() == expected["test"]
    np.testing.assert_array_equal(x_train.transpose(0, 3, 1, 2).reshape(3, 3072), data["train"])
    assert x_test.shape == (2, 32, 32, 3)


def test_label_modes():
    with pytest.raises(ValueError, match="label_mode must be 'fine' or 'coarse'; got 'rough'"):
        cifar100.load_data("rough")


@pytest.mark.parametrize(
    "found",
    [
        {b"data": [1], b"labels": [1]},
        {b"data": np.zeros((2, 3072), np.uint8)},
        {b"data": np.zeros((2, 3072), np.uint8), b"labels": [1]},
        {b"data": np.zeros((2, 3072)), b"labels": [1, 2]},
        {b"data": np.zeros((2, 3000), np.uint8), b"labels": [1, 2]},
        [1],
    ],
    ids=["list", "no labels", "few labels", "floats", "small", "no dict"],
)
def test_what_is_no_batch(tmp_path, found):
    (tmp_path / "a").write_bytes(pickle.dumps(found, 2))
    with pytest.raises(FileFormatError, match="does not hold pictures of 32 x 32 x 3 and their 'labels'"):
        read_batches([tmp_path / "a"], "labels")


def test_a_batch_that_would_run_something(tmp_path):
    class Evil:
        def __reduce__(self):
            return pytest.fail, ("it ran",)

    (tmp_path / "a").write_bytes(pickle.dumps({b"data": Evil()}, 2))
    with pytest.raises(FileFormatError, match="which is not read"):
        read_batches([tmp_path / "a"], "labels")
