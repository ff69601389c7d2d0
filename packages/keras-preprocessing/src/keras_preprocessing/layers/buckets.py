"""Buckets for strings and integers, by FarmHash or, with a salt, by SipHash, as in Keras 3."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from keras_core.plain_arguments import listed

from keras_preprocessing.layers.encoding import describe
from keras_preprocessing.layers.fingerprint import fingerprint
from keras_preprocessing.layers.siphash import siphash

if TYPE_CHECKING:
    from keras_core import Layer

Salt = list[int] | None


def checked_salt(layer: Layer, salt: Any) -> Salt:
    """The two ints of a salt, which is one int, two of them, or None.

    Raises:
        ValueError: for anything else.
    """
    salt = listed(salt)
    key = [salt, salt] if isinstance(salt, int) else salt
    if key is None:
        return None
    if not isinstance(key, (list, tuple)) or len(key) != 2 or not all(isinstance(part, int) for part in key):
        raise ValueError(f"{describe(layer)}: salt must be an int or two of them, got {salt!r}.")
    return list(key)


def bucket(value: str | int, buckets: int, salt: Salt = None) -> int:
    """Which of so many buckets a string falls into, or an integer as it is written.

    Args:
        value: the string or integer.
        buckets: number of buckets.
        salt: two ints that choose other buckets, or None.
    """
    data = str(value).encode("utf-8")
    return (fingerprint(data) if salt is None else siphash(data, (salt[0], salt[1]))) % buckets
