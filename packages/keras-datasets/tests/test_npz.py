import io
import zipfile

import numpy as np
import pytest
from keras_core.saving import FileFormatError
from keras_datasets import _npz
from keras_datasets._npz import read_npz


@pytest.fixture
def path(tmp_path):
    return tmp_path / "a.npz"


def npy(array, **settings):
    buffer = io.BytesIO()
    np.lib.format.write_array(buffer, array, **settings)
    return buffer.getvalue()


def write(path, **members):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(f"{name}.npy", content)


def test_arrays(path):
    x, y, z = np.arange(6.0).reshape(2, 3), np.asfortranarray(np.arange(6).reshape(2, 3)), np.array(3, ">i2")
    np.savez_compressed(path, x=x, y=y, z=z)
    for found, expected in zip(read_npz(path, "x", "y", "z"), (x, y, z), strict=True):
        np.testing.assert_array_equal(found, expected)
        assert found.dtype == expected.dtype and found.flags.writeable


def test_lists(path, npz):
    path.write_bytes(npz(x=[[1, 2], [], [300]]))
    (found,) = read_npz(path, "x")
    assert found.shape == (3,) and found.tolist() == [[1, 2], [], [300]]


@pytest.mark.parametrize("version", [(1, 0), (2, 0)])
def test_versions(path, version):
    write(path, x=npy(np.arange(3), version=version))
    np.testing.assert_array_equal(read_npz(path, "x")[0], [0, 1, 2])


def test_missing_arrays(path):
    np.savez(path, x=np.arange(3))
    with pytest.raises(FileFormatError, match=r"has no array 'y'; it has x\.npy"):
        read_npz(path, "y")


def test_sizes_that_lie(path, monkeypatch):
    honest = npy(np.zeros((10, 10), np.uint8))
    write(path, x=honest.replace(b"(10, 10)", b"(10, 99)"))
    with pytest.raises(FileFormatError, match=r"holds 100 bytes for an array of shape \(10, 99\)"):
        read_npz(path, "x")
    write(path, x=npy(np.zeros(1 << 20)))
    monkeypatch.setattr(_npz, "_FREE_BYTES", 0)
    with pytest.raises(FileFormatError, match="claims to have 8388736 bytes and is stored in"):
        read_npz(path, "x")


def test_objects_of_another_shape(path):
    array = np.empty(2, object)
    write(path, x=npy(array).replace(b"(2,)", b"(4,)", 1))
    with pytest.raises(FileFormatError, match=r"does not hold an array of the shape \(4,\)"):
        read_npz(path, "x")


@pytest.mark.parametrize("content", [b"", b"no array", b"\x93NUMPY\x09\x00", b"\x93NUMPY\x01\x00\x04\x00{}{}"])
def test_what_is_no_array(path, content):
    write(path, x=content)
    with pytest.raises(FileFormatError, match="x' is no array"):
        read_npz(path, "x")


def test_what_is_no_npz(path):
    path.write_bytes(b"<html>")
    with pytest.raises(FileFormatError, match=r"is no .npz file, or damaged"):
        read_npz(path, "x")
    np.savez(path, x=np.arange(300))
    content = bytearray(path.read_bytes())
    content[500:510] = bytes(range(10))
    path.write_bytes(content)
    with pytest.raises(FileFormatError, match=r"is no .npz file, or damaged: Bad CRC"):
        read_npz(path, "x")
