import hashlib
import io
import tarfile
import threading
from pathlib import Path

import pytest
from keras_core.data_utils import get_file, validate_file

CONTENT = bytes(range(256)) * 400
SHA, MD5 = hashlib.sha256(CONTENT).hexdigest(), hashlib.md5(CONTENT).hexdigest()


@pytest.fixture
def home(site, tmp_path):
    site.files["/a.bin"] = CONTENT
    return tmp_path / "home"


def files(folder):
    """All files below a folder."""
    return sorted(p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file())


def tarball(**contents):
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as archive:
        for name, content in contents.items():
            info = tarfile.TarInfo(name.replace("__", "/"))
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
    return buffer.getvalue()


def test_once(site, home):
    path = get_file("b.bin", f"{site.url}/a.bin", file_hash=SHA)
    assert path == str(home / "datasets" / "b.bin")
    assert Path(path).read_bytes() == CONTENT
    assert get_file("b.bin", f"{site.url}/a.bin", file_hash=SHA) == path
    assert len(site.asked) == 1
    assert files(home) == ["datasets/b.bin"]
    get_file("b.bin", f"{site.url}/a.bin", force_download=True)
    assert len(site.asked) == 2


def test_the_home_is_there_when_it_cannot_be_written(site, home):
    path = get_file("b.bin", f"{site.url}/a.bin")
    home.chmod(0o500)
    (home / "datasets").chmod(0o500)
    try:
        assert get_file("b.bin", f"{site.url}/a.bin") == path
    finally:
        home.chmod(0o700)
        (home / "datasets").chmod(0o700)


def test_folders(site, home, tmp_path):
    origin = f"{site.url}/a.bin?x=1"
    assert get_file(origin=origin) == str(home / "datasets" / "a.bin")
    assert get_file("x/y.bin", origin, cache_subdir="models") == str(home / "models" / "x" / "y.bin")
    assert get_file("z", origin, cache_dir=tmp_path / "own") == str(tmp_path / "own" / "datasets" / "z")
    assert get_file(tmp_path / "absolute.bin", origin) == str(tmp_path / "absolute.bin")
    assert (tmp_path / "absolute.bin").read_bytes() == CONTENT


@pytest.mark.parametrize("name", ["..", "../x", "a/../../x", "/"])
def test_names_that_lead_out(site, home, name):
    with pytest.raises(ValueError, match="got fname="):
        get_file(name, f"{site.url}/a.bin")
    assert not site.asked


@pytest.mark.parametrize("end", ["", "/", "/..", "/a%2F..%2Fb", "/a%5Cb", "/c:a", "/a%00"])
def test_urls_without_a_name(site, home, end):
    with pytest.raises(ValueError, match="does not end with a name for the file: give get_file"):
        get_file(origin=f"{site.url}{end}")
    assert not site.asked


def test_no_origin(home):
    with pytest.raises(ValueError, match="needs `origin`"):
        get_file("a")
    with pytest.raises(ValueError, match="http, https and file"):
        get_file("a", "ftp://host/a")


@pytest.mark.parametrize(
    "settings",
    [{"md5_hash": MD5}, {"file_hash": MD5}, {"file_hash": SHA.upper()}, {"file_hash": MD5, "hash_algorithm": "md5"},
     {"file_hash": SHA, "hash_algorithm": "sha256"}],
)  # fmt: skip
def test_hashes(site, home, settings):
    path = get_file("a", f"{site.url}/a.bin", **settings)
    assert Path(path).read_bytes() == CONTENT
    site.files["/a.bin"] = b"other"
    with pytest.raises(ValueError, match=r"a\.bin is not the one that was expected: its hash is .* Nothing of its 5"):
        get_file("b", f"{site.url}/a.bin", **settings)
    assert files(home) == ["datasets/a"]


@pytest.mark.parametrize(
    ("file_hash", "algorithm"), [("12", "auto"), (MD5, "sha256"), (SHA, "md5"), (SHA, "sha1"), ("x" * 32, "auto")]
)
def test_what_is_no_hash(site, home, file_hash, algorithm):
    with pytest.raises(ValueError, match="A hash has 32"):
        get_file("a", f"{site.url}/a.bin", file_hash=file_hash, hash_algorithm=algorithm)
    assert not site.asked


def test_a_cached_file_of_another_version(site, home):
    (home / "datasets").mkdir(parents=True)
    (home / "datasets" / "a").write_bytes(b"old")
    with pytest.warns(UserWarning, match="does not have the hash"):
        path = get_file("a", f"{site.url}/a.bin", file_hash=SHA)
    assert Path(path).read_bytes() == CONTENT


def test_a_cached_file_survives_a_failure(site, home):
    (home / "datasets").mkdir(parents=True)
    (home / "datasets" / "a").write_bytes(b"old")
    site.files["/a.bin"] = b"a lie"
    with pytest.raises(ValueError, match="expected"), pytest.warns(UserWarning, match="does not have the hash"):
        get_file("a", f"{site.url}/a.bin", file_hash=SHA)
    with pytest.raises(OSError, match="404"):
        get_file("a", f"{site.url}/none", force_download=True)
    assert (home / "datasets" / "a").read_bytes() == b"old"
    assert files(home) == ["datasets/a"]


def test_an_interrupted_download_goes_on_in_the_next_call(site, home):
    site.breaks = [1000, 0, 0, 0]
    with pytest.raises(OSError, match="after 1000"):
        get_file("a", f"{site.url}/a.bin", file_hash=SHA)
    assert files(home / "datasets") == []
    path = get_file("a", f"{site.url}/a.bin", file_hash=SHA)
    assert Path(path).read_bytes() == CONTENT
    assert site.asked[-1] == ("/a.bin", "bytes=1000-")
    assert files(home) == ["datasets/a"]


def test_without_a_hash_nothing_of_an_earlier_call_is_used(site, home):
    site.breaks = [1000, 0, 0, 0]
    with pytest.raises(OSError, match="after 1000"):
        get_file("a", f"{site.url}/a.bin")
    assert files(home) == []
    get_file("a", f"{site.url}/a.bin")
    assert site.asked[-1] == ("/a.bin", None)


def test_what_was_fetched_of_another_version_is_fetched_again(site, home):
    site.files["/a.bin"] = CONTENT[::-1]
    site.breaks = [1000, 0, 0, 0]
    with pytest.raises(OSError, match="after 1000"):
        get_file("a", f"{site.url}/a.bin", file_hash=SHA)
    site.files["/a.bin"] = CONTENT
    assert Path(get_file("a", f"{site.url}/a.bin", file_hash=SHA)).read_bytes() == CONTENT


def test_a_lie_about_the_length(site, home):
    """The client stops where it was told: the hash tells."""
    site.claims = [500]
    with pytest.raises(ValueError, match="Nothing of its 500 bytes"):
        get_file("a", f"{site.url}/a.bin", file_hash=SHA)
    assert files(home) == []


def test_many_at_once(site, home):
    paths = []
    threads = [
        threading.Thread(target=lambda: paths.append(get_file("a", f"{site.url}/a.bin", file_hash=SHA)))
        for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert paths == [str(home / "datasets" / "a")] * 4
    assert Path(paths[0]).read_bytes() == CONTENT
    assert files(home) == ["datasets/a"]


@pytest.mark.parametrize(
    ("fname", "folder", "archive"),
    [
        ("words", "words", "words_archive"),
        ("words.tar.gz", "words_extracted", "words.tar.gz"),
        ("x/words.zip", "x/words_extracted", "x/words.zip"),
        (None, "words.tgz", "words.tgz_archive"),
    ],
)
def test_extract(site, home, fname, folder, archive):
    site.files["/words.tgz"] = tarball(top__a=b"1", b=b"2")
    path = get_file(fname, f"{site.url}/words.tgz", extract=True)
    assert path == str(home / "datasets" / folder)
    assert files(Path(path)) == ["b", "top/a"]
    assert (home / "datasets" / archive).is_file()
    assert get_file(fname, f"{site.url}/words.tgz", extract=True) == path
    assert len(site.asked) == 1


def test_a_folder_follows_its_archive(site, home):
    site.files["/a"] = tarball(one=b"1")
    path = get_file("a", f"{site.url}/a", extract=True)
    site.files["/a"] = tarball(two=b"2")
    get_file("a", f"{site.url}/a", extract=True, force_download=True)
    assert files(Path(path)) == ["two"]


def test_untar_as_keras_2_had_it(site, home):
    site.files["/a"] = tarball(flowers__a=b"1", flowers__b=b"2")
    assert files(Path(get_file("flowers", f"{site.url}/a", untar=True))) == ["a", "b"]
    assert files(Path(get_file("plants", f"{site.url}/a", untar=True))) == ["flowers/a", "flowers/b"]


def test_nothing_is_unpacked_before_its_hash_is_checked(site, home):
    site.files["/a"] = tarball(a=b"1")
    with pytest.raises(ValueError, match="expected"):
        get_file("a", f"{site.url}/a", extract=True, file_hash=SHA)
    assert files(home) == []


@pytest.mark.parametrize("archive_format", [None, [], "rar", ["zip", "7z"]])
def test_archive_formats(site, home, archive_format):
    with pytest.raises(ValueError, match=r"archive_format must be .* got "):
        get_file("a", f"{site.url}/a.bin", extract=True, archive_format=archive_format)


def test_the_format_that_was_asked_for(site, home):
    site.files["/a"] = tarball(a=b"1")
    for archive_format in ("tar", ["zip", "tar"]):
        get_file("a", f"{site.url}/a", extract=True, archive_format=archive_format)
    with pytest.raises(ValueError, match="no archive of the format zip"):
        get_file("b", f"{site.url}/a", extract=True, archive_format="zip")


def test_a_cache_that_cannot_be_written(site, home, tmp_path, monkeypatch):
    make = Path.mkdir

    def refuse(path, *args, **kwargs):
        if home in (path, *path.parents):
            raise PermissionError(13, "Permission denied")
        make(path, *args, **kwargs)

    monkeypatch.setattr(Path, "mkdir", refuse)
    with pytest.raises(PermissionError, match=r"datasets' cannot be written .* Set KERAS_HOME, or give cache_dir"):
        get_file("a", f"{site.url}/a.bin")
    assert get_file("a", f"{site.url}/a.bin", cache_dir=tmp_path).startswith(str(tmp_path))


def test_a_home_that_cannot_be_made(site, home, tmp_path, monkeypatch):
    (tmp_path / "file").touch()
    monkeypatch.setenv("KERAS_HOME", str(tmp_path / "file"))
    path = get_file("a", f"{site.url}/a.bin", cache_dir=tmp_path, file_hash=SHA)
    assert Path(path).read_bytes() == CONTENT


def test_validate_file(tmp_path):
    (tmp_path / "a").write_bytes(CONTENT)
    assert validate_file(tmp_path / "a", SHA) and validate_file(tmp_path / "a", MD5, "md5", chunk_size=10)
    assert not validate_file(tmp_path / "a", MD5[::-1])
