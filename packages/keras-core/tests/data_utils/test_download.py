import pytest
from keras_core.callbacks import progress_bar
from keras_core.data_utils import download as module
from keras_core.data_utils.download import check_origin, download

CONTENT = bytes(range(256)) * 400


@pytest.fixture
def path(site, tmp_path):
    site.files["/a.bin"] = CONTENT
    return tmp_path / "part"


def test_a_file(site, path):
    download(f"{site.url}/a.bin", path)
    assert path.read_bytes() == CONTENT
    assert site.asked == [("/a.bin", None)]


def test_a_connection_that_breaks_off_is_made_anew_for_the_rest(site, path):
    site.breaks = [1000, 5000, 70]
    download(f"{site.url}/a.bin", path)
    assert path.read_bytes() == CONTENT
    assert [part for _, part in site.asked] == [None, "bytes=1000-", "bytes=6000-", "bytes=6070-"]


def test_what_is_there_is_not_fetched_again(site, path):
    path.write_bytes(CONTENT[:300])
    download(f"{site.url}/a.bin", path)
    assert path.read_bytes() == CONTENT
    assert site.asked == [("/a.bin", "bytes=300-")]


def test_a_whole_file_is_there(site, path):
    path.write_bytes(CONTENT)
    download(f"{site.url}/a.bin", path)
    assert path.read_bytes() == CONTENT


def test_more_is_there_than_the_file_has(site, path):
    path.write_bytes(CONTENT + b"more")
    download(f"{site.url}/a.bin", path)
    assert path.read_bytes() == CONTENT
    assert [part for _, part in site.asked] == [f"bytes={len(CONTENT) + 4}-", None]


def test_a_server_without_ranges_begins_again(site, path):
    site.ranges, site.breaks = False, [1000]
    download(f"{site.url}/a.bin", path)
    assert path.read_bytes() == CONTENT


def test_a_file_that_changes_meanwhile_is_fetched_from_its_beginning(site, path, monkeypatch):
    site.breaks = [1000]
    new = CONTENT[::-1]

    def change(_):
        site.files["/a.bin"], site.etag = new, '"2"'

    monkeypatch.setattr(module.time, "sleep", change)
    monkeypatch.setattr(module._Fetch, "_have", _changing(module._Fetch._have, change))
    download(f"{site.url}/a.bin", path)
    assert path.read_bytes() == new


def _changing(have, change):
    def wrapped(self):
        found = have(self)
        if found:
            change(None)
        return found

    return wrapped


def test_another_size_of_the_whole_is_noticed(site, path):
    site.etag, site.breaks = None, [1000]
    download_first = module._Fetch(f"{site.url}/a.bin", path)
    with pytest.raises(module._BrokenOffError, match=rf"ends after 1000 of {len(CONTENT)} bytes"):
        download_first._fetch_rest()
    site.files["/a.bin"] = CONTENT + b"longer"
    with pytest.raises(module._BrokenOffError, match="another part than was asked for"):
        download_first._fetch_rest()
    assert not path.exists()
    download_first.run()
    assert path.read_bytes() == CONTENT + b"longer"


def test_a_server_that_claims_more_than_it_sends(site, path):
    site.claims = [len(CONTENT) + 10] * 9
    site.ranges = False
    with pytest.raises(OSError, match=rf"a.bin failed: the connection (ends|breaks off) after {len(CONTENT)}"):
        download(f"{site.url}/a.bin", path)
    assert len(site.asked) == 4


def test_a_server_that_never_gets_further(site, path):
    site.ranges, site.breaks = False, [1000] * 9
    with pytest.raises(OSError, match=rf"after 1000 of {len(CONTENT)} bytes"):
        download(f"{site.url}/a.bin", path)
    assert len(site.asked) == 4


def test_a_busy_server_is_asked_again(site, path):
    site.statuses = [503, 429]
    download(f"{site.url}/a.bin", path)
    assert path.read_bytes() == CONTENT


def test_a_refusal_is_final(site, path):
    with pytest.raises(OSError, match=r"/none failed: the server answers 404 Not Found"):
        download(f"{site.url}/none", path)
    assert len(site.asked) == 1


def test_nobody_there(path, site):
    with pytest.raises(OSError, match=r"127\.0\.0\.1:1/a failed: no connection to 127\.0\.0\.1:1"):
        download("http://127.0.0.1:1/a", path)


def test_redirects_stay_within_http(site, path, tmp_path):
    site.moved = {"/old": f"{site.url}/a.bin", "/away": (tmp_path / "x").as_uri(), "/ftp": "ftp://127.0.0.1/x"}
    download(f"{site.url}/old", path)
    assert path.read_bytes() == CONTENT
    for name in ("/away", "/ftp"):
        with pytest.raises(OSError, match=r"302 .*(file|ftp):.*not (followed|allowed)"):
            download(f"{site.url}{name}", path)


def test_a_file_of_this_machine(path, tmp_path):
    source = tmp_path / "a b.bin"
    source.write_bytes(CONTENT)
    download(source.as_uri(), path)
    assert path.read_bytes() == CONTENT
    with pytest.raises(OSError, match=r"names another machine \(elsewhere\)"):
        download("file://elsewhere/a.bin", path)


@pytest.mark.parametrize("origin", ["ftp://host/a", "data:text/plain,a", "/folder/a", "javascript:a"])
def test_other_schemes(origin):
    with pytest.raises(ValueError, match="http, https and file"):
        check_origin(origin)


def test_progress(site, path, monkeypatch, capsys):
    """Nothing in a log; on a terminal the line says megabytes of how many."""
    site.files["/a.bin"] = bytes(2_500_000)
    download(f"{site.url}/a.bin", path)
    assert capsys.readouterr().out == ""
    path.unlink()
    shown = []

    class Screen:
        def show(self, *parts):
            shown.append("".join(parts))

        def close(self):
            shown.append("closed")

    monkeypatch.setattr(module, "find_display", lambda: "terminal")
    monkeypatch.setattr(progress_bar, "find_display", lambda: "terminal")
    monkeypatch.setattr(progress_bar, "_Terminal", Screen)
    site.breaks = [1_000_000]
    download(f"{site.url}/a.bin", path)
    assert capsys.readouterr().out == f"Downloading {site.url}/a.bin\n"
    assert shown[-2].startswith("2/3") and "/MB" in shown[-2]
    assert shown[-1] == "closed"
