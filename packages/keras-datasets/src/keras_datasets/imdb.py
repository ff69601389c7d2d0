"""IMDB: 50,000 reviews of films as lists of words, and whether the film was liked."""

from __future__ import annotations

import json
import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from keras_datasets._npz import read_npz
from keras_datasets._origins import published
from keras_datasets._splits import shuffled
from keras_datasets._word_lists import Numbering, numbered

if TYPE_CHECKING:
    from keras_core.typing import PathLike

    from keras_datasets._splits import Split

FILE = published("imdb.npz")
WORDS = published("imdb_word_index.json")


def load_data(
    path: PathLike = "imdb.npz",
    num_words: int | None = None,
    skip_top: int = 0,
    maxlen: int | None = None,
    seed: int | None = 113,
    start_char: int | None = 1,
    oov_char: int | None = 2,
    index_from: int | None = 3,
    **kwargs: Any,
) -> Split:
    """25,000 reviews of films to train with, and 25,000 to test with.

    A review is a list of numbers: that of a word is its rank by how often it occurs, and `index_from` is added. 0 is
    left for padding. The numbers are those of upstream Keras for the same arguments.

    Args:
        path: name of the file in the cache, or an absolute path.
        num_words: words of this number and above are out of vocabulary; only that of the highest number is when None.
        skip_top: words of lower numbers are out of vocabulary.
        maxlen: only shorter reviews are kept; None for all.
        seed: seed of the order; None for another one each time.
        start_char: number that every review begins with; None for nothing.
        oov_char: number in place of words out of vocabulary; None leaves them out.
        index_from: what is added to ranks.
        **kwargs: `nb_words`, Keras 1's name of `num_words`.

    Returns:
        ``(x_train, y_train), (x_test, y_test)``: arrays of lists, and labels of shape (n,), 1 for a film that was
        liked.

    Raises:
        ValueError: when no review is shorter than `maxlen`, and when the file has another hash than the published one.
        TypeError: for an argument of another name.
        OSError: when the file cannot be downloaded.

    Example:
        >>> from keras_datasets import imdb
        >>> (x_train, y_train), (x_test, y_test) = imdb.load_data(num_words=10_000)  # doctest: +SKIP

    Source:
        A. Maas and others, Learning word vectors for sentiment analysis, 2011.
    """
    if "nb_words" in kwargs:
        warnings.warn("imdb.load_data() takes num_words, as it is called since Keras 2; got nb_words.", stacklevel=2)
        num_words = kwargs.pop("nb_words")
    if kwargs:
        raise TypeError(f"imdb.load_data() does not take {', '.join(kwargs)}.")
    x_train, y_train, x_test, y_test = read_npz(FILE.fetch(path), "x_train", "y_train", "x_test", "y_test")
    # One generator draws both orders.
    orders = np.random.RandomState(seed)
    x_train, y_train = shuffled(x_train, y_train, orders)
    x_test, y_test = shuffled(x_test, y_test, orders)
    numbering = Numbering(num_words, skip_top, maxlen, start_char, oov_char, index_from)
    x, rows = numbered([*x_train, *x_test], numbering)
    y, border = np.concatenate([y_train, y_test])[rows], int(np.sum(rows < len(x_train)))
    if not 0 < border < len(x):
        raise ValueError(f"No review of the {'test' if border else 'training'} set is shorter than maxlen={maxlen}.")
    return (x[:border], y[:border]), (x[border:], y[border:])


def get_word_index(path: PathLike = "imdb_word_index.json") -> dict[str, int]:
    """The ranks of words, from 1 on; in the data, `index_from` is added to them.

    Args:
        path: name of the file in the cache, or an absolute path.

    Raises:
        ValueError: when the file has another hash than the published one.
        OSError: when it cannot be downloaded.

    Example:
        >>> from keras_datasets import imdb
        >>> words = {rank + 3: word for word, rank in imdb.get_word_index().items()}  # doctest: +SKIP
    """
    found: dict[str, int] = json.loads(Path(WORDS.fetch(path)).read_text("utf-8"))
    return found
