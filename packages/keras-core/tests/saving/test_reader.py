"""The reader refuses what a file may not be, and says which file and why.

Covers: file_checks.py, hdf5_group.py.
"""

from __future__ import annotations

import json
import zipfile

import h5py
import numpy as np
import pytest
from keras_core.saving.file_errors import FileFormatError
from keras_core.saving.hdf5_group import open_hdf5
from keras_core.saving.reader import Archive, is_plain_path, parse_json


@pytest.fixture
def zipped(tmp_path):
    def write(members, compression=zipfile.ZIP_STORED):
        path = tmp_path / "some.keras"
        with zipfile.ZipFile(path, "w", compression) as archive:
            for name, content in members:
                archive.writestr(name, content)
        return path

    return write


@pytest.fixture
def hdf5(tmp_path):
    def write(fill, **kwargs):
        path = tmp_path / "some.weights.h5"
        with h5py.File(path, "w", **kwargs) as file:
            fill(file)
        return path

    return write


class TestArchive:
    def test_members_are_read(self, zipped):
        with Archive(zipped([("a.json", "one"), ("folder/b", b"two")])) as archive:
            assert archive.read("a.json") == b"one" and archive.read("folder/b") == b"two"
            assert "a.json" in archive and "c" not in archive

    def test_missing_file_folder_and_member(self, zipped, tmp_path):
        with pytest.raises(FileNotFoundError, match=r"no file .*nothing\.keras"):
            Archive(tmp_path / "nothing.keras")
        with pytest.raises(FileFormatError, match="folder"):
            Archive(tmp_path)
        with Archive(zipped([("a", "")])) as archive, pytest.raises(FileFormatError, match="has no 'b'"):
            archive.read("b")

    @pytest.mark.parametrize(
        ("content", "message"),
        [
            (b"", "is empty"),
            (b"hello there, no zip", "is not a zip archive"),
            (b"\x89HDF\r\n\x1a\n....", "is an HDF5 file"),
        ],
    )
    def test_other_files(self, tmp_path, content, message):
        path = tmp_path / "bad.keras"
        path.write_bytes(content)
        with pytest.raises(FileFormatError, match=message) as error:
            Archive(path)
        assert "bad.keras" in str(error.value)

    def test_truncated(self, zipped):
        path = zipped([("a", b"x" * 1000), ("b", b"y" * 1000)])
        whole = path.read_bytes()
        for length in (10, len(whole) // 2, len(whole) - 5):
            path.write_bytes(whole[:length])
            with pytest.raises(FileFormatError, match=r"some\.keras' is truncated"):
                Archive(path)

    def test_damaged_content_fails_its_checksum(self, zipped):
        path = zipped([("a", b"x" * 1000)])
        whole = bytearray(path.read_bytes())
        whole[200] ^= 1
        path.write_bytes(whole)
        with Archive(path) as archive, pytest.raises(FileFormatError, match="is damaged: 'a'"):
            archive.read("a")

    @pytest.mark.parametrize("name", ["../x", "/etc/x", "a/../../x", "C:/x", "a\\..\\x", "~/x", "./x", "a//b"])
    def test_names_that_leave_the_folder(self, zipped, name):
        with pytest.raises(FileFormatError, match="no plain relative name"):
            Archive(zipped([(name, "x")]))

    def test_symbolic_links(self, tmp_path):
        path = tmp_path / "link.keras"
        info = zipfile.ZipInfo("config.json")
        info.external_attr = 0o120777 << 16
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr(info, "/etc/passwd")
        with pytest.raises(FileFormatError, match="is a link"):
            Archive(path)

    def test_one_name_twice(self, zipped):
        with pytest.warns(UserWarning, match="Duplicate"):
            path = zipped([("a", "x"), ("a", "y")])
        with pytest.raises(FileFormatError, match="occurs twice"):
            Archive(path)

    def test_bomb_is_refused_before_it_is_unpacked(self, zipped):
        path = zipped([("a", bytes(70 << 20))], zipfile.ZIP_DEFLATED)
        assert path.stat().st_size < 1 << 20
        with Archive(path) as archive, pytest.raises(FileFormatError, match="more than the"):
            archive.read("a")

    def test_size_that_lies_is_found_out(self, zipped):
        path = zipped([("a", bytes(100_000))], zipfile.ZIP_DEFLATED)
        whole = path.read_bytes()
        path.write_bytes(whole.replace((100_000).to_bytes(4, "little"), (500).to_bytes(4, "little")))
        with Archive(path) as archive, pytest.raises(FileFormatError, match="damaged"):
            archive.read("a")

    def test_budget_of_the_caller(self, zipped):
        with Archive(zipped([("a", b"12345")])) as archive:
            with pytest.raises(FileFormatError, match="more than the 4"):
                archive.read("a", budget=4)
            assert archive.read("a", budget=5) == b"12345"

    def test_other_packing_and_encryption(self, zipped):
        with pytest.raises(FileFormatError, match="packed in a way"):
            Archive(zipped([("a", "x")], zipfile.ZIP_LZMA))
        path = zipped([("a", "x")])
        whole = bytearray(path.read_bytes())
        for start in (whole.index(b"PK\x03\x04") + 6, whole.index(b"PK\x01\x02") + 8):
            whole[start] |= 1
        path.write_bytes(whole)
        with pytest.raises(FileFormatError, match="encrypted"):
            Archive(path)

    def test_packed_ordinary_content_is_read(self, zipped):
        content = json.dumps(list(range(10_000))).encode()
        with Archive(zipped([("a", content)], zipfile.ZIP_DEFLATED)) as archive:
            assert archive.read("a") == content


def test_plain_paths():
    assert is_plain_path("a/b.txt") and is_plain_path("a..b")
    assert not any(map(is_plain_path, ["", "..", "a/..", "/a", "a\0b"]))


class TestJson:
    def test_read(self):
        assert parse_json(b'{"a": [1, "]]]"]}', "it") == {"a": [1, "]]]"]}

    @pytest.mark.parametrize("text", [b"", b"{", b"nonsense", b"\xff\xfe", b'{"a": 1} x', "[" + "9" * 5000 + "]"])
    def test_no_json(self, text):
        with pytest.raises(FileFormatError, match="it is no valid JSON"):
            parse_json(text, "it")

    def test_depth(self):
        with pytest.raises(FileFormatError, match="nested more than"):
            parse_json("[" * 100_000, "it")
        with pytest.raises(FileFormatError, match="nested more than"):
            parse_json('{"a":' * 1000 + "1" + "}" * 1000, "it")
        assert parse_json("[" * 200 + "]" * 200, "it")
        assert parse_json('"' + "[" * 1000 + '\\""', "it") == "[" * 1000 + '"'


class TestHdf5:
    def test_arrays_are_read(self, hdf5):
        def fill(file):
            file["a/vars/0"] = np.arange(6.0).reshape(2, 3)
            file["a/vars/1"] = np.int64(3)
            file["a/vars"].attrs["name"] = "layer"

        with open_hdf5(hdf5(fill)) as root:
            group = root.group("a/vars")
            assert len(group) == 2 and "0" in group and group.keys() == ["0", "1"] and group.label() == "layer"
            assert group.shape("0") == (2, 3) and group["1"] == 3
            np.testing.assert_array_equal(group["0"], np.arange(6.0).reshape(2, 3))
            assert root.group("a/other") is None

    def test_from_memory(self, hdf5):
        path = hdf5(lambda file: file.create_dataset("x", data=[1.0]))
        with open_hdf5(path.read_bytes(), "inside") as root:
            assert root["x"] == [1.0]

    @pytest.mark.parametrize(
        ("content", "message"), [(b"", "is empty"), (b"PK\x03\x04....", "zip archive"), (b"x" * 999, "no HDF5 file")]
    )
    def test_other_files(self, tmp_path, content, message):
        path = tmp_path / "bad.weights.h5"
        path.write_bytes(content)
        with pytest.raises(FileFormatError, match=message) as error, open_hdf5(path):
            pass
        assert "bad.weights.h5" in str(error.value)

    def test_truncated(self, hdf5):
        path = hdf5(lambda file: file.create_dataset("x", data=np.ones(5000)))
        whole = path.read_bytes()
        for length in (100, len(whole) // 2, len(whole) - 1):
            path.write_bytes(whole[:length])
            with pytest.raises(FileFormatError, match=r"some\.weights\.h5' is truncated"), open_hdf5(path):
                pass

    @pytest.mark.parametrize("shape", [(1 << 40,), (100_000, 100_000, 10)])
    @pytest.mark.parametrize("chunked", [True, False])
    def test_shape_larger_than_the_file(self, hdf5, shape, chunked):
        chunks = (10,) * len(shape) if chunked else None
        path = hdf5(lambda file: file.create_dataset("x", shape, "f4", chunks=chunks))
        with open_hdf5(path) as root:
            for read in (root.shape, root.nbytes, root.__getitem__):
                with pytest.raises(FileFormatError, match=r"claims [\d,]+ bytes"):
                    read("x")

    def test_packed_bomb(self, hdf5):
        path = hdf5(lambda file: file.create_dataset("x", data=np.zeros(40 << 20, "f4"), compression="gzip"))
        assert path.stat().st_size < 1 << 20
        with open_hdf5(path) as root, pytest.raises(FileFormatError, match="claims"):
            root["x"]

    def test_packed_ordinary_content_is_read(self, hdf5):
        value = np.random.default_rng(0).normal(size=1000)
        path = hdf5(lambda file: file.create_dataset("x", data=value, compression="gzip"))
        with open_hdf5(path) as root:
            np.testing.assert_array_equal(root["x"], value)

    @pytest.mark.parametrize(
        "link", [h5py.ExternalLink("other.h5", "/x"), h5py.SoftLink("/real")], ids=["external", "soft"]
    )
    def test_links(self, hdf5, link):
        def fill(file):
            file["real"] = [1.0]
            file["linked"] = link
            file["group/deeper"] = link

        with open_hdf5(hdf5(fill)) as root:
            for look in (lambda: root["linked"], lambda: root.group("linked/x"), lambda: root.group("group/deeper")):
                with pytest.raises(FileFormatError, match="link to another place or file"):
                    look()

    def test_external_storage_and_virtual_datasets(self, hdf5, tmp_path):
        secret = tmp_path / "secret"
        secret.write_bytes(b"0123456789abcdef")

        def fill(file):
            file.create_dataset("external", (4,), "f4", external=[(str(secret), 0, 16)])
            layout = h5py.VirtualLayout((4,), "f4")
            layout[:] = h5py.VirtualSource(str(tmp_path / "other.h5"), "x", (4,))
            file.create_virtual_dataset("virtual", layout)

        with open_hdf5(hdf5(fill)) as root:
            for name in ("external", "virtual"):
                with pytest.raises(FileFormatError, match="keeps its content in other files"):
                    root[name]

    def test_only_plain_numbers(self, hdf5):
        def fill(file):
            file["text"] = "hello"
            file["objects"] = np.array(["a", "b"], dtype=h5py.string_dtype())
            file["fields"] = np.zeros(2, dtype=[("a", "f4"), ("b", "i4")])
            file["null"] = h5py.Empty("f4")

        with open_hdf5(hdf5(fill)) as root:
            for name in ("text", "objects", "fields", "null"):
                with pytest.raises(FileFormatError, match="no plain numbers"):
                    root[name]

    def test_group_where_an_array_is_expected_and_the_reverse(self, hdf5):
        def fill(file):
            file.create_group("group")
            file["array"] = [1.0]

        with open_hdf5(hdf5(fill)) as root:
            with pytest.raises(FileFormatError, match="is no array"):
                root["group"]
            with pytest.raises(FileFormatError, match="is an array"):
                root.group("array/vars")
            with pytest.raises(KeyError):
                root["nothing"]


class TestAttributes:
    def test_texts(self, hdf5):
        def fill(file):
            file.attrs["one"] = b"a"
            file.attrs["list"] = np.array([b"a", b"bb"])
            file.attrs["long0"], file.attrs["long1"] = ["a"], ["b", "c"]
            file.attrs["none"] = []
            file.attrs["number"] = 3

        with open_hdf5(hdf5(fill)) as root:
            assert root.text("one") == "a" and root.texts("list") == ["a", "bb"]
            assert root.texts("long") == ["a", "b", "c"] and root.texts("none") == []
            assert root.text("missing") is None and root.texts("missing") is None
            assert root.texts("one") == ["a"] and root.has_attribute("number")
            for wrong in ("list", "number"):
                with pytest.raises(FileFormatError, match=rf"some.weights.h5.*@{wrong}"):
                    root.text(wrong)

    def test_many_strings_of_the_same_bytes_are_refused(self, hdf5):
        """A file of 3 MB in which 2,000 strings could share 1 MB each."""

        def fill(file):
            file.attrs["text"] = b"x" * 1_000_000
            file.attrs["list"] = ["a"] * 2000
            file["array"] = np.zeros(500_000, "float32")

        path = hdf5(fill)
        with open_hdf5(path) as root, pytest.raises(FileFormatError, match=r"some.weights.h5.*2,000 strings"):
            root.texts("list")
        with open_hdf5(path.read_bytes()) as root, pytest.raises(FileFormatError, match="2,000 strings"):
            root.texts("list")

        def without_text(file):
            file.attrs["list"] = ["a"] * 2000
            file["array"] = np.zeros(500_000, "float32")

        with open_hdf5(hdf5(without_text)) as root:
            assert root.texts("list") == ["a"] * 2000


def test_bytes_of_all_arrays(hdf5):
    def fill(file):
        file["a/b"] = np.zeros((3, 4), "float32")
        file["same"] = file["a/b"]
        file["c"] = np.zeros(2)
        file["text"] = "not counted"

    with open_hdf5(hdf5(fill)) as root:
        assert root.stored_bytes() == 3 * 4 * 4 + 2 * 8
        assert root.file.endswith("some.weights.h5")
        group, name = root.locate("a/b")
        assert group.shape(name) == (3, 4)
        with pytest.raises(KeyError):
            root.locate("a/missing")


@pytest.fixture
def numbers(tmp_path):
    path = tmp_path / "numbers.h5"
    with h5py.File(path, "w") as file:
        file["x"] = np.arange(3)
    return path


def test_a_folder_without_locks(numbers, monkeypatch):
    """Some network file systems have none, and HDF5 asks for one."""
    opened = h5py.File

    def without_locks(*args, **kwargs):
        if kwargs.get("locking", True):
            raise OSError(37, "Unable to synchronously open file (unable to lock file, errno = 37)")
        return opened(*args, **kwargs)

    monkeypatch.setattr(h5py, "File", without_locks)
    with open_hdf5(numbers) as root:
        assert root["x"].tolist() == [0, 1, 2]


def test_a_file_that_another_program_has_locked(numbers):
    fcntl = pytest.importorskip("fcntl")
    with open(numbers, "rb+") as other:
        fcntl.flock(other, fcntl.LOCK_EX)
        with (
            pytest.raises(FileFormatError, match=r"numbers\.h5' is open for writing by another program"),
            open_hdf5(numbers),
        ):
            pass
