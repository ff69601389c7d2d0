import gzip
import struct

import numpy as np
import pytest
from keras_core.saving import FileFormatError
from keras_datasets import fashion_mnist


def idx(array):
    head = struct.pack(f">HBB{array.ndim}I", 0, 8, array.ndim, *array.shape)
    return gzip.compress(head + array.tobytes())


@pytest.fixture
def arrays(random, publish):
    images = [random.integers(0, 256, (count, 28, 28), np.uint8) for count in (6, 3)]
    labels = [random.integers(0, 10, count, np.uint8) for count in (6, 3)]
    found = [images[0], labels[0], images[1], labels[1]]
    for name, array in zip(list(fashion_mnist.FILES), found, strict=True):
        publish(fashion_mnist, "FILES", idx(array), key=name)
    return found


def test_load_data(arrays, tmp_path):
    (x_train, y_train), (x_test, y_test) = fashion_mnist.load_data()
    for found, expected in zip((x_train, y_train, x_test, y_test), arrays, strict=True):
        np.testing.assert_array_equal(found, expected)
    names = {path.name for path in (tmp_path / "home" / "datasets" / "fashion-mnist").iterdir()}
    assert names == set(fashion_mnist.FILES)


def test_a_file_of_something_else(arrays, publish):
    publish(fashion_mnist, "FILES", b"<html>", key="t10k-images-idx3-ubyte.gz")
    with pytest.raises(FileFormatError, match=r"t10k-images-idx3-ubyte\.gz' is no compressed IDX file"):
        fashion_mnist.load_data()
