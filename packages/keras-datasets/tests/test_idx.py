import gzip
import struct

import numpy as np
import pytest
from keras_core.saving import FileFormatError
from keras_datasets._idx import read_idx


def idx(array, shape=None, kind=8):
    shape = array.shape if shape is None else shape
    return gzip.compress(struct.pack(f">HBB{len(shape)}I", 0, kind, len(shape), *shape) + array.tobytes(), mtime=0)


def test_arrays(tmp_path, random):
    for shape in ((5,), (3, 28, 28), (0,)):
        array = random.integers(0, 256, shape, np.uint8)
        (tmp_path / "a").write_bytes(idx(array))
        found = read_idx(tmp_path / "a")
        np.testing.assert_array_equal(found, array)
        assert found.flags.writeable


ARRAY = np.arange(200, dtype=np.uint8)


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (idx(ARRAY, (201,)), "does not hold the 201 bytes"),
        (idx(ARRAY, (199,)), "does not hold the 199 bytes"),
        (idx(ARRAY, (1 << 20, 1 << 20)), "does not hold the array of bytes that its head claims"),
        (idx(ARRAY, kind=13), "does not hold the array of bytes that its head claims"),
        (idx(ARRAY)[:-20], "damaged"),
        (b"<html>", "no compressed IDX file"),
        (gzip.compress(b"\0", mtime=0), "no compressed IDX file"),
        (b"", "no compressed IDX file"),
    ],
)
def test_damage(tmp_path, content, why):
    (tmp_path / "a").write_bytes(content)
    with pytest.raises(FileFormatError, match=why):
        read_idx(tmp_path / "a")
