"""Texts as lists of the ranks of their words: what of them is kept, and how it is numbered."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence


class Numbering(NamedTuple):
    """How words are numbered.

    Attributes:
        num_words: words of this number and above are out of vocabulary; None for the highest that occurs.
        skip_top: words of lower numbers are out of vocabulary.
        maxlen: only shorter lists are kept; None for all.
        start_char: what is put before every list; None for nothing.
        oov_char: what stands for words out of vocabulary; None leaves them out.
        index_from: what is added to ranks.
    """

    num_words: int | None
    skip_top: int
    maxlen: int | None
    start_char: int | None
    oov_char: int | None
    index_from: int | None


def numbered(texts: Sequence[Sequence[int]] | np.ndarray, numbering: Numbering) -> tuple[np.ndarray, np.ndarray]:
    """The lists that are kept, in an array of objects, and which of the texts they are.

    Args:
        texts: lists of ranks.
        numbering: how words are numbered.

    Raises:
        ValueError: when none is short enough.
    """
    words, ends = _numbers(texts, numbering)
    starts = np.concatenate([[0], ends[:-1]])
    chosen = np.arange(len(ends))
    if numbering.maxlen:
        chosen = np.flatnonzero(ends - starts < numbering.maxlen)
        if not len(chosen):
            raise ValueError(
                f"No text has less than maxlen={numbering.maxlen} words (the shortest has {min(ends - starts)}). "
                "Increase maxlen."
            )
    limit = numbering.num_words or max(words[starts[row] : ends[row]].max(initial=0) for row in chosen)
    known = (words >= numbering.skip_top) & (words < limit)
    if numbering.oov_char is None:
        kept = np.concatenate([[0], np.cumsum(known)])
        words, starts, ends = words[known], kept[starts], kept[ends]
    else:
        words = np.where(known, words, numbering.oov_char)
    plain = words.tolist()
    lists = np.empty(len(chosen), object)
    for place, row in enumerate(chosen):
        lists[place] = plain[starts[row] : ends[row]]
    return lists, chosen


def _numbers(texts: Sequence[Sequence[int]] | np.ndarray, numbering: Numbering) -> tuple[np.ndarray, np.ndarray]:
    """All numbers in a row, each text begun by `start_char`; and where each text ends."""
    lengths = np.array([len(text) for text in texts], np.int64)
    words = np.fromiter(chain.from_iterable(texts), np.int64, lengths.sum()) + (numbering.index_from or 0)
    if numbering.start_char is None:
        return words, np.cumsum(lengths)
    ends = np.cumsum(lengths + 1)
    is_start = np.zeros(len(words) + len(texts), bool)
    is_start[ends - lengths - 1] = True
    found = np.full(len(is_start), numbering.start_char, np.int64)
    found[~is_start] = words
    return found, ends
