"""Reuters: 11,228 newswires as lists of words, in 46 topics."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

from keras_datasets._npz import read_npz
from keras_datasets._origins import published
from keras_datasets._splits import check_share, shuffled, split_at_end
from keras_datasets._word_lists import Numbering, numbered

if TYPE_CHECKING:
    from keras_core.typing import PathLike

    from keras_datasets._splits import Split

FILE = published("reuters.npz")
WORDS = published("reuters_word_index.json")
_TOPICS = (
    "cocoa grain veg-oil earn acq wheat copper housing money-supply coffee sugar trade reserves ship cotton carcass "
    "crude nat-gas cpi money-fx interest gnp meal-feed alum oilseed gold tin strategic-metal livestock retail ipi "
    "iron-steel rubber heat jobs lei bop zinc orange pet-chem dlr gas silver wpi hog lead"
)


def load_data(
    path: PathLike = "reuters.npz",
    num_words: int | None = None,
    skip_top: int = 0,
    maxlen: int | None = None,
    test_split: float = 0.2,
    seed: int | None = 113,
    start_char: int | None = 1,
    oov_char: int | None = 2,
    index_from: int | None = 3,
) -> Split:
    """Newswires of 1987 in 46 topics.

    A newswire is a list of numbers: that of a word is its rank by how often it occurs, and `index_from` is added. 0 is
    left for padding. The numbers are those of upstream Keras for the same arguments.

    Args:
        path: name of the file in the cache, or an absolute path.
        num_words: words of this number and above are out of vocabulary; only that of the highest number is when None.
        skip_top: words of lower numbers are out of vocabulary.
        maxlen: only shorter newswires are kept; None for all.
        test_split: share of the test set, at least 0 and below 1.
        seed: seed of the order; None for another one each time.
        start_char: number that every newswire begins with; None for nothing.
        oov_char: number in place of words out of vocabulary; None leaves them out.
        index_from: what is added to ranks.

    Returns:
        ``(x_train, y_train), (x_test, y_test)``: arrays of lists, and topics 0 to 45 of shape (n,).

    Raises:
        ValueError: when `test_split` is no share, no newswire is shorter than `maxlen`, and when the file has another
            hash than the published one.
        OSError: when the file cannot be downloaded.

    Example:
        >>> from keras_datasets import reuters
        >>> (x_train, y_train), (x_test, y_test) = reuters.load_data(num_words=10_000)  # doctest: +SKIP

    Source:
        D. Lewis, Reuters-21578 text categorization collection, 1997.
    """
    check_share(test_split)
    texts, topics = read_npz(FILE.fetch(path), "x", "y")
    texts, topics = shuffled(texts, topics, seed)
    numbering = Numbering(num_words, skip_top, maxlen, start_char, oov_char, index_from)
    x, rows = numbered(texts, numbering)
    return split_at_end(x, topics[rows], test_split)


def get_word_index(path: PathLike = "reuters_word_index.json") -> dict[str, int]:
    """The ranks of words, from 1 on; in the data, `index_from` is added to them.

    Args:
        path: name of the file in the cache, or an absolute path.

    Raises:
        ValueError: when the file has another hash than the published one.
        OSError: when it cannot be downloaded.

    Example:
        >>> from keras_datasets import reuters
        >>> words = {rank + 3: word for word, rank in reuters.get_word_index().items()}  # doctest: +SKIP
    """
    found: dict[str, int] = json.loads(Path(WORDS.fetch(path)).read_text("utf-8"))
    return found


def get_label_names() -> tuple[str, ...]:
    """The 46 topics in the order of their labels.

    Example:
        >>> from keras_datasets import reuters
        >>> reuters.get_label_names()[3]
        'earn'
    """
    return tuple(_TOPICS.split())
