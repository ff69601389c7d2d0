"""Strings in HDF5 files, before the library reads them."""

from __future__ import annotations

import h5py
import pytest
from keras_core.saving import FileFormatError
from keras_core.saving.file_part import FilePart
from keras_core.saving.hdf5_group import open_hdf5
from keras_core.saving.hdf5_strings import Source


@pytest.fixture(params=[{}, {"libver": "latest"}, {"track_order": True}], ids=["usual", "latest", "ordered"])
def file(request, tmp_path):
    """A file with texts of any length, some of them in a part of the header, or of the file, that lies elsewhere."""
    path = tmp_path / "w.h5"
    with h5py.File(path, "w", **request.param) as made:
        for number in range(40):
            made.attrs[f"text{number}"] = "word " * number
        made.attrs.create("several", ["one", "two"], dtype=h5py.string_dtype())
    return path


def place_of_text(content: bytes, name: str) -> int:
    """Where the length of a text stands, followed by the place of its heap: after type and shape of the attribute."""
    start = content.index(name.encode() + b"\0")
    heaps = {at.to_bytes(8, "little") for at in range(len(content)) if content.startswith(b"GCOL\1", at)}
    return next(at for at in range(start, start + 80) if content[at + 4 : at + 12] in heaps)


def test_sound_texts_are_read(file):
    for source in (file, file.read_bytes()):
        with open_hdf5(source) as root:
            assert [root.text(f"text{number}") for number in range(40)] == ["word " * number for number in range(40)]
            assert root.texts("several") == ["one", "two"]


@pytest.mark.parametrize(("name", "count"), [("text1", 1), ("text39", 1), ("several", 2)])
def test_a_length_that_no_heap_has(file, name, count):
    """Newer headers have checksums, which who makes a file on purpose can make, too: so the check is asked itself."""
    with h5py.File(file) as opened:
        header = h5py.h5o.get_info(opened.id)
    at = (name, header.addr, header.hdr.space.total, count)
    content = bytearray(file.read_bytes())
    Source("w.h5", len(content), bytes(content)).check_strings(*at)
    place = place_of_text(bytes(content), name)
    content[place : place + 4] = (0xFF000000).to_bytes(4, "little")
    with pytest.raises(FileFormatError, match=r"w\.h5.*longer than its heap"):
        Source("w.h5", len(content), bytes(content)).check_strings(*at)
    with open_hdf5(bytes(content), "w.h5") as root, pytest.raises(FileFormatError, match=r"w\.h5' is truncated or dam"):
        root.texts(name)


@pytest.mark.parametrize("size", [0, 15, 1 << 50])
def test_an_entry_that_does_not_fill_its_heap(file, size):
    content = bytearray(file.read_bytes())
    place = content.index(b"GCOL\1") + 16
    content[place : place + 2] = b"\0\0"  # as if it were free
    content[place + 8 : place + 16] = size.to_bytes(8, "little")
    with open_hdf5(bytes(content), "w.h5") as root, pytest.raises(FileFormatError, match=r"w\.h5.*the heap of strings"):
        root.text("text1")


def test_many_strings_that_could_be_the_same_bytes(tmp_path):
    with h5py.File(tmp_path / "w.h5", "w") as made:
        made.attrs.create("names", ["x"] * 2000, dtype=h5py.string_dtype())
        made.create_group("other").attrs.create("text", "x" * (1 << 20), dtype=h5py.string_dtype())
    with open_hdf5(tmp_path / "w.h5") as root, pytest.raises(FileFormatError, match="2,000 strings, too many"):
        root.texts("names")


def test_a_part_of_a_file(file, tmp_path):
    """Strings of an HDF5 file that lies inside another are checked as those of a whole one are."""
    sound = file.read_bytes()
    damaged = bytearray(sound)
    place = place_of_text(sound, "text1")
    damaged[place : place + 4] = (0xFF000000).to_bytes(4, "little")
    for number, content in enumerate((sound, bytes(damaged))):
        path = tmp_path / str(number)
        path.write_bytes(b"before" + content + b"after")
        with open(path, "rb") as whole, open_hdf5(FilePart(whole, 6, len(content)), "w.h5") as root:
            if content is sound:
                assert root.text("text1") == "word " and root.texts("several") == ["one", "two"]
                continue
            with pytest.raises(FileFormatError, match=r"w\.h5.*(longer than its heap|truncated or damaged)"):
                root.text("text1")


def test_the_file_is_searched_once_for_each_name(tmp_path, monkeypatch):
    searched = []
    monkeypatch.setattr(Source, "_check_attributes", lambda self, content, name: searched.append(name))
    with h5py.File(tmp_path / "w.h5", "w") as made:
        for number in range(5):
            made.create_group(f"layer{number}").attrs["names"] = ["a", "b"]
    with open_hdf5(tmp_path / "w.h5") as root:
        assert all(group.texts("names") == ["a", "b"] for _, group in root.groups())
    assert searched == [b"names"]
