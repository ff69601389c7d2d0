"""Words as numbers without a vocabulary: each word's hash."""

from __future__ import annotations

from hashlib import md5
from typing import TYPE_CHECKING, Literal

from keras_preprocessing.text.words import FILTERS, text_to_word_sequence

if TYPE_CHECKING:
    from collections.abc import Callable


def one_hot(
    text: str,
    n: int,
    filters: str = FILTERS,
    lower: bool = True,
    split: str = " ",
    analyzer: Callable[[str], list[str]] | None = None,
) -> list[int]:
    r"""The words of a text as hashes from 1 to n - 1; two words may share one.

    Despite the name, which is Keras 2's, the result holds numbers, not vectors. They are Python's own hashes, so they
    differ from process to process unless PYTHONHASHSEED is set: `hashing_trick(hash_function="md5")` gives the same
    ones always.

    Args:
        text: the text.
        n: one more than the highest number.
        filters: characters that count as `split`.
        lower: whether words are compared in lower case. Defaults to True.
        split: what stands between words. Defaults to " ".
        analyzer: splits the text into words in place of `filters`, `lower` and `split`.

    Returns:
        A number for each word.

    Raises:
        ValueError: for `n` below 2.

    Example:
        >>> from keras_preprocessing.text import one_hot
        >>> numbers = one_hot("to be or not to be", 50)
        >>> len(numbers), numbers[:2] == numbers[4:]
        (6, True)
    """
    return hashing_trick(text, n, hash, filters, lower, split, analyzer)


def hashing_trick(
    text: str,
    n: int,
    hash_function: Callable[[str], int] | Literal["md5"] | None = None,
    filters: str = FILTERS,
    lower: bool = True,
    split: str = " ",
    analyzer: Callable[[str], list[str]] | None = None,
) -> list[int]:
    r"""The words of a text as hashes from 1 to n - 1; two words may share one.

    Args:
        text: the text.
        n: one more than the highest number.
        hash_function: a function from a word to an int; "md5", which is the same in every process; Python's `hash`,
            which is not, when None.
        filters: characters that count as `split`.
        lower: whether words are compared in lower case. Defaults to True.
        split: what stands between words. Defaults to " ".
        analyzer: splits the text into words in place of `filters`, `lower` and `split`.

    Returns:
        A number for each word. Index 0 is given to no word.

    Raises:
        ValueError: for `n` below 2, or another string as `hash_function`.

    Reference: Weinberger et al., "Feature Hashing for Large Scale Multitask Learning", 2009.

    Example:
        >>> from keras_preprocessing.text import hashing_trick
        >>> hashing_trick("to be or not to be", 50, hash_function="md5")
        [15, 5, 8, 36, 15, 5]
    """
    if n < 2:
        raise ValueError(f"n must be at least 2, since hashes are from 1 to n - 1; got {n!r}.")
    if hash_function == "md5":
        hash_function = _md5
    elif isinstance(hash_function, str):
        raise ValueError(f'hash_function must be a function, "md5" or None, got {hash_function!r}.')
    words = text_to_word_sequence(text, filters, lower, split) if analyzer is None else analyzer(text)
    function = hash_function or hash
    return [function(word) % (n - 1) + 1 for word in words]


def _md5(word: str) -> int:
    return int(md5(word.encode("utf-8"), usedforsecurity=False).hexdigest(), 16)
