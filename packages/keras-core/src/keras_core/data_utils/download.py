"""Fetching what a URL gives into a file, going on where a connection breaks off."""

from __future__ import annotations

import math
import re
import shutil
import time
from http.client import HTTPException
from typing import IO, TYPE_CHECKING, Any
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit
from urllib.request import HTTPRedirectHandler, Request, build_opener, url2pathname

from keras_core.callbacks.progress_bar import Progbar, find_display

if TYPE_CHECKING:
    from email.message import Message
    from http.client import HTTPMessage
    from pathlib import Path

CHUNK = 1 << 18
TIMEOUT = 30.0  # seconds without a byte
PAUSES = (0.5, 2.0)  # seconds before each further try that follows one which brought nothing
_MEGABYTE = 1_000_000
_PASSING = {408, 425, 429, 500, 502, 503, 504}  # statuses of servers that may answer later
_LOCAL = {"", "localhost"}


class _BrokenOffError(Exception):
    """A connection that ended before the file did, or did not come about."""


def check_origin(origin: str) -> None:
    """Refuse a URL that is none of http, https and file.

    Raises:
        ValueError: naming it.
    """
    if urlsplit(origin).scheme.lower() not in ("http", "https", "file"):
        raise ValueError(f"get_file() downloads from URLs of http, https and file; got origin={origin!r}.")


def download(origin: str, path: Path) -> None:
    """Write what a URL gives to a file; bytes that the file has already are not fetched again.

    A connection that breaks off is made anew, for the rest where the server can give parts, as long as each brings
    something new; one that brings nothing is tried twice more. Progress is shown on terminals and in notebooks.

    Args:
        origin: a URL of http, https or file.
        path: the file; what was fetched stays there when the download fails.

    Raises:
        OSError: when the server refuses or cannot be reached, or no more of the file comes.
    """
    parts = urlsplit(origin)
    if parts.scheme.lower() == "file":
        if parts.netloc not in _LOCAL:
            raise OSError(
                f"{origin} names another machine ({parts.netloc}); a file's URL has none: file:///folder/name."
            )
        shutil.copyfile(url2pathname(parts.path), path)
        return
    fetch = _Fetch(origin, path)
    try:
        fetch.run()
    finally:
        fetch.close()


class _Fetch:
    """One download by HTTP, over as many connections as it takes.

    Args:
        origin: the URL.
        path: the file to write.
    """

    def __init__(self, origin: str, path: Path) -> None:
        self.origin = origin
        self.path = path
        self._opener = build_opener(_SameSchemes())
        self._validator: str | None = None  # tells versions of the file apart
        self._total: int | None = None
        self._bar: Progbar | None = None

    def run(self) -> None:
        """Fetch the whole file."""
        pauses = list(PAUSES)
        furthest = self._have()
        while True:
            try:
                self._fetch_rest()
                return
            except _BrokenOffError as error:
                if self._have() > furthest:
                    furthest, pauses = self._have(), list(PAUSES)
                elif not pauses:
                    raise OSError(f"The download of {self.origin} failed: {error}") from error.__cause__
                else:
                    time.sleep(pauses.pop(0))

    def close(self) -> None:
        """Leave the progress bar."""
        if self._bar is not None:
            self._bar.close()

    def _have(self) -> int:
        return self.path.stat().st_size if self.path.exists() else 0

    def _fetch_rest(self) -> None:
        start = self._have()
        headers = {"User-Agent": "keras", "Accept-Encoding": "identity"}
        if start:
            headers["Range"] = f"bytes={start}-"
            if self._validator:
                headers["If-Range"] = self._validator
        try:
            response = self._opener.open(Request(self.origin, headers=headers), timeout=TIMEOUT)
        except HTTPError as error:
            with error:
                if error.code == 416 and start:
                    self._end_of_range(error.headers, start)
                    return
                self._refused(error)
        except (URLError, HTTPException, OSError) as error:
            reason = getattr(error, "reason", error)
            raise _BrokenOffError(f"no connection to {urlsplit(self.origin).netloc} ({reason}).") from error
        with response:
            self._receive(response, start)

    def _end_of_range(self, headers: Message, start: int) -> None:
        """The server says that nothing follows what is here: it is all, or not of this file."""
        if _size_in(headers) != start:
            self.path.unlink()
            raise _BrokenOffError("the server has no such part of it.")

    def _refused(self, error: HTTPError) -> None:
        text = f"the server answers {error.code} {error.reason}."
        if error.code in _PASSING:
            raise _BrokenOffError(text) from error
        raise OSError(f"The download of {self.origin} failed: {text}") from error

    def _receive(self, response: Any, start: int) -> None:
        headers: Message = response.headers
        if response.status == 206:
            found = re.match(r"bytes (\d+)-", headers.get("Content-Range", ""))
            total = _size_in(headers)
            if found is None or int(found[1]) != start or (self._total or total) != total:
                self.path.unlink()
                raise _BrokenOffError("the server gives another part than was asked for.")
        else:
            start, total = 0, _number(headers.get("Content-Length"))
        self._total = total
        self._validator = _validator(headers)
        with open(self.path, "ab" if start else "wb") as file:
            have = self._copy(response, file, start)
        if total is not None and have < total:
            raise _BrokenOffError(f"the connection ends after {have} of {total} bytes.")

    def _copy(self, response: Any, file: IO[bytes], have: int) -> int:
        self._begin_bar()
        while True:
            try:
                chunk = response.read(CHUNK)
            except (HTTPException, OSError) as error:
                raise _BrokenOffError(f"the connection breaks off after {have} bytes ({error}).") from error
            if not chunk:
                return have
            file.write(chunk)
            have += len(chunk)
            if self._bar is not None:
                self._bar.update(have // _MEGABYTE, finalize=have == self._total)

    def _begin_bar(self) -> None:
        if self._bar is None and find_display() != "log":
            print(f"Downloading {self.origin}", flush=True)
            target = None if self._total is None else math.ceil(self._total / _MEGABYTE)
            self._bar = Progbar(target, unit_name="MB")


class _SameSchemes(HTTPRedirectHandler):
    """Follows a server that points elsewhere by HTTP, and no further."""

    def redirect_request(
        self, req: Request, fp: IO[bytes], code: int, msg: str, headers: HTTPMessage, newurl: str
    ) -> Request | None:
        if urlsplit(newurl).scheme.lower() not in ("http", "https"):
            raise HTTPError(req.full_url, code, f"it points to {newurl}, which is not followed", headers, fp)
        return super().redirect_request(req, fp, code, msg, headers, newurl)


def _validator(headers: Message) -> str | None:
    """What tells versions of a file apart, if the server names something that does."""
    tag = headers.get("ETag", "")
    return tag if tag and not tag.startswith("W/") else headers.get("Last-Modified")


def _size_in(headers: Message) -> int | None:
    """The size of the whole file that stands in a Content-Range."""
    return _number(headers.get("Content-Range", "").rpartition("/")[2])


def _number(text: str | None) -> int | None:
    return int(text) if text and text.isascii() and text.isdecimal() else None
