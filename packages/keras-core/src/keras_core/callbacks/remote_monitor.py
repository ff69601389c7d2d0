"""Sending the logs to a server."""

from __future__ import annotations

import json
import urllib.parse
import urllib.request
import warnings
from typing import TYPE_CHECKING

import numpy as np

from keras_core.callbacks.callback import Callback, LogsLike
from keras_core.plain_arguments import listed

if TYPE_CHECKING:
    from collections.abc import Mapping

_SECONDS = 10.0


class RemoteMonitor(Callback):
    """Sends the logs of every epoch to a server, by HTTP's POST.

    A server that cannot be reached, or refuses, is warned of, and training goes on.

    Args:
        root: the server, ``http://`` or ``https://``. Defaults to "http://localhost:9000".
        path: where on the server. Defaults to "/publish/epoch/end/".
        field: the field of the form that holds the logs as JSON; not used with `send_as_json`. Defaults to "data".
        headers: additional headers by name. Defaults to None.
        send_as_json: whether the request's content is JSON itself instead of a form. Defaults to False.

    Raises:
        ValueError: if `root` is no address of HTTP.

    Example:
        >>> from keras_core.callbacks import RemoteMonitor
        >>> RemoteMonitor("https://example.org").url
        'https://example.org/publish/epoch/end/'
    """

    only_writes = True

    def __init__(
        self,
        root: str = "http://localhost:9000",
        path: str = "/publish/epoch/end/",
        field: str = "data",
        headers: Mapping[str, str] | None = None,
        send_as_json: bool = False,
    ) -> None:
        if urllib.parse.urlsplit(root).scheme not in ("http", "https"):
            raise ValueError(f"RemoteMonitor: root must begin with 'http://' or 'https://', got {root!r}.")
        self.root = root
        self.path = path
        self.field = field
        self.headers = headers
        self.send_as_json = send_as_json

    @property
    def url(self) -> str:
        """Where the logs are sent to."""
        return self.root + self.path

    def on_epoch_end(self, epoch: int, logs: LogsLike = None) -> None:
        """Send the number of the epoch and its logs."""
        text = json.dumps({"epoch": epoch, **{name: listed(np.asarray(v)) for name, v in (logs or {}).items()}})
        if self.send_as_json:
            content, kind = text, "application/json"
        else:
            content, kind = urllib.parse.urlencode({self.field: text}), "application/x-www-form-urlencoded"
        request = urllib.request.Request(
            self.url, content.encode(), {"Content-Type": kind, **(self.headers or {})}, method="POST"
        )
        try:
            with urllib.request.urlopen(request, timeout=_SECONDS):
                pass
        except OSError as error:
            warnings.warn(f"RemoteMonitor: the logs of epoch {epoch + 1} did not reach {self.url}: {error}.")
