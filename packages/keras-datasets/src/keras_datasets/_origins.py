"""Where the files of the data sets are published, and what their hashes are."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from keras_core.data_utils import get_file

if TYPE_CHECKING:
    from keras_core.typing import PathLike


class Published(NamedTuple):
    """A file that is published.

    Attributes:
        url: where.
        file_hash: its hash, by SHA-256 or MD5.
    """

    url: str
    file_hash: str

    def fetch(self, path: PathLike, cache_subdir: str = "datasets", extract: bool = False) -> str:
        """The path of the file, or of what it was unpacked to; it is downloaded if it was not before.

        Args:
            path: the file's name in the cache, or an absolute path.
            cache_subdir: the folder below KERAS_HOME. Defaults to "datasets".
            extract: whether to unpack it. Defaults to False.

        Raises:
            ValueError: when what is published there has another hash.
            OSError: when the download fails.
        """
        return get_file(path, self.url, file_hash=self.file_hash, cache_subdir=cache_subdir, extract=extract)


@cache
def _table() -> dict[str, dict[str, str]]:
    return tomllib.loads((Path(__file__).parent / "published.toml").read_text("utf-8"))


def published(name: str) -> Published:
    """The file of that name in ``published.toml``."""
    return Published(**_table()[name])
