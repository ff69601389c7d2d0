"""A server on this machine for files of the published formats, and what writes them."""

from __future__ import annotations

import hashlib
import http.server
import io
import struct
import tarfile
import threading
from functools import partial

import numpy as np
import pytest


class _Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_):
        pass


@pytest.fixture
def publish(tmp_path, monkeypatch):
    """``publish(module, "FILE", content)``: what the module's file is published as from now on."""
    monkeypatch.setenv("KERAS_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("no_proxy", "*")
    folder = tmp_path / "site"
    folder.mkdir()
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=folder))
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()

    def put(module, attribute, content, key=None):
        published = getattr(module, attribute) if key is None else getattr(module, attribute)[key]
        name = published.url.rpartition("/")[2]
        (folder / name).write_bytes(content)
        new = published._replace(
            url=f"http://127.0.0.1:{server.server_address[1]}/{name}", file_hash=hashlib.sha256(content).hexdigest()
        )
        if key is None:
            monkeypatch.setattr(module, attribute, new)
        else:
            monkeypatch.setitem(getattr(module, attribute), key, new)

    yield put
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def npz():
    """Writes an `.npz` file; lists become arrays of objects, as in upstream's files."""

    def write(**arrays):
        buffer = io.BytesIO()
        np.savez(buffer, **{name: objects(a) if isinstance(a, list) else a for name, a in arrays.items()})
        return buffer.getvalue()

    return write


def objects(items):
    found = np.empty(len(items), object)
    for place, item in enumerate(items):
        found[place] = item
    return found


@pytest.fixture
def python_2_batch():
    """Writes a batch of CIFAR as Python 2's cPickle did: protocol 2, strings of bytes, an array of NumPy 1."""
    return write_python_2_batch


def write_python_2_batch(data, **lists):
    def string(text):
        return b"U" + bytes([len(text)]) + text

    def number(value):
        return b"K" + bytes([value]) if value < 256 else b"M" + struct.pack("<H", value)

    raw = data.tobytes()
    array = b"".join(
        [
            b"cnumpy.core.multiarray\n_reconstruct\nq\x07cnumpy\nndarray\nq\x08K\x00\x85U\x01b\x87Rq\x09(K\x01",
            number(data.shape[0]),
            number(data.shape[1]),
            b"\x86cnumpy\ndtype\nq\x0aU\x02u1K\x00K\x01\x87Rq\x0b(K\x03U\x01|NNNJ\xff\xff\xff\xffJ\xff\xff\xff\xffK\x00tb",
            b"\x89T" + struct.pack("<i", len(raw)) + raw,
            b"tb",
        ]
    )
    entries = [string(b"batch_label"), b"q\x02", string(b"training batch"), b"q\x03", string(b"data"), array]
    for place, (name, values) in enumerate(lists.items()):
        entries += [string(name.encode()), b"r" + struct.pack("<I", 300 + place), b"]q\x0c("]
        entries += [string(v) if isinstance(v, bytes) else number(v) for v in values]
        entries += [b"e"]
    return b"".join([b"\x80\x02}q\x01(", *entries, b"u."])


@pytest.fixture
def tar_gz():
    def write(files):
        buffer = io.BytesIO()
        with tarfile.open(fileobj=buffer, mode="w:gz") as archive:
            for name, content in files.items():
                info = tarfile.TarInfo(name)
                info.size = len(content)
                archive.addfile(info, io.BytesIO(content))
        return buffer.getvalue()

    return write


@pytest.fixture
def random():
    return np.random.default_rng(0)
