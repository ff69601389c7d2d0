"""Where the weights 'imagenet' of every architecture are published, and what their hashes are."""

from __future__ import annotations

import os
import tomllib
import warnings
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from keras_core.config import keras_home
from keras_core.data_utils import get_file

MIRROR = "KERAS_APPLICATIONS_URL"
"""The environment variable that names another place of the files."""


class Published(NamedTuple):
    """A file of weights.

    Attributes:
        url: where it is.
        name: its name in the cache.
        file_hash: its hash, by SHA-256 or MD5, or "" where none is published.
    """

    url: str
    name: str
    file_hash: str

    def fetch(self) -> str:
        """The path of the file in the cache; it is downloaded if it was not before.

        Raises:
            ValueError: when what is published there has another hash.
            OSError: when the download fails.

        Warns:
            UserWarning: before the download of a file of which no hash is published.
        """
        if not self.file_hash and not (keras_home() / "models" / self.name).exists():
            warnings.warn(
                f"No hash of {self.name} is published: whether it is what was meant cannot be checked. It is read as "
                "any file of weights is, which runs nothing of it.",
                stacklevel=4,
            )
        return get_file(self.name, self.url, file_hash=self.file_hash or None, cache_subdir="models")


def published(label: str, variant: str, include_top: bool) -> Published:
    """The file of an architecture.

    Args:
        label: name of the constructor.
        variant: which of its kinds: "" for the only one.
        include_top: whether the classifier's weights are in it.

    Raises:
        ValueError: where none is published for this variant; it names those that are.
    """
    kinds = _table()[label]
    if variant not in kinds:
        raise ValueError(
            f"{label}: no weights 'imagenet' are published for {variant}; there are {', '.join(filter(None, kinds))}. "
            "Pass weights=None, or the path of a file."
        )
    found = kinds[variant]
    name, file_hash, *others = found["top" if include_top else "features"]
    mirror = os.environ.get(MIRROR)
    folder = f"{mirror.rstrip('/')}/" if mirror else found["folder"]
    return Published(folder + (others[0] if others else name), name, file_hash)


@cache
def _table() -> dict[str, dict[str, Any]]:
    return tomllib.loads(Path(__file__).with_name("published.toml").read_text("utf-8"))
