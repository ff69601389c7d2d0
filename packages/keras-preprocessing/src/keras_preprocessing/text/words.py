"""A text as a list of words."""

from __future__ import annotations

from functools import lru_cache

FILTERS = '!"#$%&()*+,-./:;<=>?@[\\]^_`{|}~\t\n'
"""The characters between words: punctuation but for the apostrophe, tabs and line ends."""


def text_to_word_sequence(text: str, filters: str = FILTERS, lower: bool = True, split: str = " ") -> list[str]:
    r"""The words of a text.

    Args:
        text: the text.
        filters: characters that count as `split`: punctuation but for the apostrophe, tabs and line ends by default.
        lower: whether words are in lower case. Defaults to True.
        split: what stands between words. Defaults to " ".

    Returns:
        The words in their order, none of them empty.

    Raises:
        TypeError: for what is no str.

    Example:
        >>> from keras_preprocessing.text import text_to_word_sequence
        >>> text_to_word_sequence("It's late,\nI know!")
        ["it's", 'late', 'i', 'know']
    """
    if not isinstance(text, str):
        raise TypeError(f"text_to_word_sequence() takes a str, got {type(text).__name__}: {text!r}.{hint(text)}")
    if lower:
        text = text.lower()
    words = text.translate(_table(filters, split)).split(split)
    return [word for word in words if word]


def hint(text: object) -> str:
    """What to do about a text that is none."""
    return " Decode it first: text.decode('utf-8')." if isinstance(text, bytes) else ""


@lru_cache(maxsize=64)
def _table(filters: str, split: str) -> dict[int, str]:
    return {ord(character): split for character in filters}
