"""A server on this machine that sends what a test says, and breaks off or lies as it says."""

from __future__ import annotations

import http.server
import threading
from dataclasses import dataclass, field

import pytest


@dataclass
class Site:
    """What is served, and how.

    Attributes:
        files: path → content.
        breaks: after how many bytes each answer, in turn, ends; None for none.
        claims: the Content-Length of each answer, in turn; None for the true one.
        statuses: the status of each answer, in turn; None for the usual one.
        ranges: whether parts of files are given.
        etag: the ETag of every file.
        moved: path → URL that it is at.
        asked: the path and the Range of each request.
    """

    files: dict[str, bytes] = field(default_factory=dict)
    breaks: list[int | None] = field(default_factory=list)
    claims: list[int | None] = field(default_factory=list)
    statuses: list[int | None] = field(default_factory=list)
    ranges: bool = True
    etag: str | None = '"1"'
    moved: dict[str, str] = field(default_factory=dict)
    asked: list[tuple[str, str | None]] = field(default_factory=list)
    url: str = ""


class Handler(http.server.BaseHTTPRequestHandler):
    site: Site

    def do_GET(self):
        site = self.site
        start = self.headers.get("Range")
        self.path = self.path.partition("?")[0]
        site.asked.append((self.path, start))
        status = site.statuses.pop(0) if site.statuses else None
        if self.path in site.moved:
            self.send_response(302)
            self.send_header("Location", site.moved[self.path])
            self.end_headers()
            return
        if status is not None or self.path not in site.files:
            self.send_error(status or 404)
            return
        content = site.files[self.path]
        first = 0
        condition = self.headers.get("If-Range")
        if start and site.ranges and condition in (None, site.etag):
            first = int(start.removeprefix("bytes=").removesuffix("-"))
            if first >= len(content):
                self.send_response(416)
                self.send_header("Content-Range", f"bytes */{len(content)}")
                self.end_headers()
                return
            self.send_response(206)
            self.send_header("Content-Range", f"bytes {first}-{len(content) - 1}/{len(content)}")
        else:
            self.send_response(200)
        rest = content[first:]
        claim = site.claims.pop(0) if site.claims else None
        self.send_header("Content-Length", str(len(rest) if claim is None else claim))
        if site.etag:
            self.send_header("ETag", site.etag)
        self.end_headers()
        stop = site.breaks.pop(0) if site.breaks else None
        self.wfile.write(rest[:stop])

    def log_message(self, *_):
        pass


@pytest.fixture
def site(tmp_path, monkeypatch):
    """The site; KERAS_HOME is a folder of the test, and no pauses are made."""
    monkeypatch.setenv("KERAS_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("no_proxy", "*")
    monkeypatch.setattr("keras_core.data_utils.download.PAUSES", (0.0, 0.0))
    served = Site()
    handler = type("SiteHandler", (Handler,), {"site": served})
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    served.url = f"http://127.0.0.1:{server.server_address[1]}"
    yield served
    server.shutdown()
    server.server_close()
    thread.join()
