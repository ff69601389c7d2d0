import io
import os
import tarfile
import zipfile

import pytest
from keras_core.data_utils import archives
from keras_core.data_utils.archives import unpack

FILES = {"top/a.txt": b"a" * 1000, "top/inner/b.bin": bytes(256), "c": b""}


def tar(path, files, mode="w:gz", **members):
    with tarfile.open(path, mode) as archive:
        for name, content in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
        for name, settings in members.items():
            info = tarfile.TarInfo(name)
            for key, value in settings.items():
                setattr(info, key, value)
            archive.addfile(info)
    return path


def zip_(path, files, link=None):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
        if link:
            info = zipfile.ZipInfo(link)
            info.external_attr = 0o120777 << 16
            archive.writestr(info, "/etc/passwd")
    return path


def content(folder):
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


@pytest.mark.parametrize("mode", ["w", "w:gz", "w:bz2", "w:xz"])
def test_tar(tmp_path, mode):
    unpack(tar(tmp_path / "a", FILES, mode), tmp_path / "out", ["tar"])
    assert content(tmp_path / "out") == FILES
    assert sorted(os.listdir(tmp_path)) == ["a", "out"]


def test_zip(tmp_path):
    path = zip_(tmp_path / "a", {**FILES, "folder/": b""})
    unpack(path, tmp_path / "out", ["tar", "zip"])
    assert content(tmp_path / "out") == FILES
    assert (tmp_path / "out" / "folder").is_dir()


def test_a_tar_that_ends_with_a_zip_is_a_tar(tmp_path):
    inner = zip_(tmp_path / "inner", {"x": b"x"}).read_bytes()
    unpack(tar(tmp_path / "a", {"inner.zip": inner}, "w"), tmp_path / "out", ["tar", "zip"])
    assert content(tmp_path / "out") == {"inner.zip": inner}


def test_an_old_folder_is_replaced(tmp_path):
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "old").touch()
    unpack(zip_(tmp_path / "a", FILES), tmp_path / "out", ["zip"])
    assert content(tmp_path / "out") == FILES


def test_strip(tmp_path):
    unpack(tar(tmp_path / "a", {"top/a": b"1", "top/b/c": b"2"}), tmp_path / "top", ["tar"], strip=True)
    assert content(tmp_path / "top") == {"a": b"1", "b/c": b"2"}
    unpack(tar(tmp_path / "a", {"top/a": b"1", "b": b"2"}), tmp_path / "top", ["tar"], strip=True)
    assert content(tmp_path / "top") == {"top/a": b"1", "b": b"2"}
    unpack(tar(tmp_path / "a", {"top/a": b"1"}), tmp_path / "other", ["tar"], strip=True)
    assert content(tmp_path / "other") == {"top/a": b"1"}


@pytest.mark.parametrize("name", ["../evil", "a/../../evil", "/evil", ".."])
@pytest.mark.parametrize("make", [tar, zip_])
def test_names_that_lead_out(tmp_path, make, name):
    path = make(tmp_path / "a", {"fine": b"", name: b"x"})
    with pytest.raises(ValueError, match=r"not unpacked: its member '.*' leads out of the folder"):
        unpack(path, tmp_path / "out", ["tar", "zip"])
    assert os.listdir(tmp_path) == ["a"]


@pytest.mark.parametrize(
    "kind",
    [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.FIFOTYPE, tarfile.CHRTYPE],
    ids=["symbolic", "hard", "fifo", "chr"],
)
def test_links_and_devices_in_a_tar(tmp_path, kind):
    path = tar(tmp_path / "a", {"a": b"x"}, b={"type": kind, "linkname": "a"})
    with pytest.raises(ValueError, match="its member 'b' is a link or a device"):
        unpack(path, tmp_path / "out", ["tar"])
    assert os.listdir(tmp_path) == ["a"]


def test_links_in_a_zip(tmp_path):
    path = zip_(tmp_path / "a", {"a": b"x"}, link="b")
    with pytest.raises(ValueError, match="its member 'b' is a link or a device"):
        unpack(path, tmp_path / "out", ["zip"])
    assert os.listdir(tmp_path) == ["a"]


@pytest.mark.parametrize("make", [tar, zip_])
def test_bombs(tmp_path, make, monkeypatch):
    monkeypatch.setattr(archives, "FREE_BYTES", 1000)
    path = make(tmp_path / "a", {"zeros": bytes(4_000_000)})
    with pytest.raises(ValueError, match="its member 'zeros' makes the content larger"):
        unpack(path, tmp_path / "out", ["tar", "zip"])
    monkeypatch.setattr(archives, "MEMBERS", 3)
    path = make(tmp_path / "a", dict.fromkeys("abcd", b""))
    with pytest.raises(ValueError, match="its member 'd' makes the content larger"):
        unpack(path, tmp_path / "out", ["tar", "zip"])
    assert os.listdir(tmp_path) == ["a"]


@pytest.mark.parametrize("make", [tar, zip_])
def test_damaged(tmp_path, make):
    path = make(tmp_path / "a", {"a": os.urandom(100_000), "b": b"x"})
    data = bytearray(path.read_bytes())
    data[50_000:50_100] = bytes(100)
    path.write_bytes(data)
    with pytest.raises(ValueError, match=r"The archive '.*a' is damaged"):
        unpack(path, tmp_path / "out", ["tar", "zip"])
    path.write_bytes(data[:60_000])
    with pytest.raises(ValueError, match=r"'.*a' is (damaged|no archive)"):
        unpack(path, tmp_path / "out", ["tar", "zip"])
    assert os.listdir(tmp_path) == ["a"]


@pytest.mark.parametrize("formats", [["tar"], ["zip"], ["tar", "zip"]])
def test_no_archive(tmp_path, formats):
    (tmp_path / "a").write_bytes(b"<html>Not found</html>")
    with pytest.raises(ValueError, match=f"is no archive of the format {' or '.join(formats)}"):
        unpack(tmp_path / "a", tmp_path / "out", formats)
    assert os.listdir(tmp_path) == ["a"]
