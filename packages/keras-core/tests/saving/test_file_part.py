"""Parts of files as files of their own."""

from __future__ import annotations

import io
import mmap

import h5py
import numpy as np
import pytest
from keras_core.saving.file_part import FilePart


@pytest.fixture
def whole(tmp_path):
    with open(tmp_path / "whole", "w+b") as file:
        yield file


def test_reading_stays_inside():
    part = FilePart(io.BytesIO(b"before, inside, after"), 8, 6)
    assert part.read() == b"inside" and part.read() == b"" and part.tell() == part.size == 6
    assert part.seek(-2, io.SEEK_END) == 4 and part.read(10) == b"de"
    part.seek(1)
    assert part.seek(1, io.SEEK_CUR) == 2 and part.read(2) == b"si"
    assert part.seek(100) == 100 and part.read() == b""
    with pytest.raises(ValueError, match="before the beginning"):
        part.seek(-1)
    for change in (lambda: part.write(b"x"), part.truncate):
        with pytest.raises(io.UnsupportedOperation):
            change()


def test_reading_while_others_read(whole):
    whole.write(b"0123456789")
    part = FilePart(whole, 2, 6)
    assert part.read(2) == b"23"
    whole.seek(0)
    assert whole.read(1) == b"0" and part.read(2) == b"45"


def test_hdf5_is_written_behind_what_is_there(whole):
    whole.write(b"head")
    with h5py.File(FilePart(whole, 4), "w") as file:
        file["x"] = np.arange(1000)
        file["y"] = b"text"
    whole.seek(0)
    content = whole.read()
    assert content.startswith(b"head\x89HDF")
    for source in (io.BytesIO(content[4:]), FilePart(io.BytesIO(content + b"tail"), 4, len(content) - 4)):
        with h5py.File(source, "r") as file:
            np.testing.assert_array_equal(file["x"][()], np.arange(1000))


def test_truncating_leaves_what_lies_before(whole):
    whole.write(b"headcontent")
    part = FilePart(whole, 4)
    part.seek(3)
    assert part.truncate() == 3 and part.size == 3 and part.truncate(1) == 1
    part.flush()
    whole.seek(0)
    assert whole.read() == b"headc"


@pytest.mark.parametrize("start", [0, 5, mmap.ALLOCATIONGRANULARITY, 2 * mmap.ALLOCATIONGRANULARITY + 1])
def test_mapping(whole, start):
    before = b"needle".ljust(start, b"-")[:start]
    inside = b"some needle, another needle"
    whole.write(before + inside + b"needle")
    whole.flush()
    with FilePart(whole, start, len(inside)).mapped() as content:
        assert len(content) == len(inside) and content[: len(inside)] == inside and content[5:11] == b"needle"
        assert content.find(b"needle") == 5 and content.find(b"needle", 6) == 21 and content.find(b"needle", 22) == -1
        assert content.find(b"absent") == -1 and content[20:5] == b"" and content[100:200] == b""
        assert content[0] == ord("s")
        for place in (-1, len(inside)):
            with pytest.raises(IndexError):
                content[place]
