"""A server of files, and a cache of its own for each test that uses it."""

from __future__ import annotations

import http.server
import threading

import pytest


@pytest.fixture
def site(tmp_path, monkeypatch):
    """A local server: contents by path, and what was asked for; the cache is empty."""
    monkeypatch.setenv("KERAS_HOME", str(tmp_path / "home"))

    class Handler(http.server.BaseHTTPRequestHandler):
        files: dict[str, bytes] = {}
        asked: list[str] = []

        def do_GET(self):
            self.asked.append(self.path)
            content = self.files.get(self.path)
            self.send_response(404 if content is None else 200)
            self.send_header("Content-Length", str(len(content or b"")))
            self.end_headers()
            self.wfile.write(content or b"")

        def log_message(self, *args):
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        Handler.url = f"http://127.0.0.1:{server.server_port}"
        yield Handler
        server.shutdown()
        thread.join()


@pytest.fixture(params=["channels_last", "channels_first"])
def data_format(request):
    """Each of the data formats, configured."""
    from keras_core import config

    before = config.image_data_format()
    config.set_image_data_format(request.param)
    yield request.param
    config.set_image_data_format(before)
