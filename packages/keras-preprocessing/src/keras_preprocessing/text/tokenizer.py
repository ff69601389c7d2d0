"""Texts as sequences of numbers, by a vocabulary that is learned from texts."""

from __future__ import annotations

import json
import warnings
from collections import Counter
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from keras_core.argument_checks import CheckedArguments

from keras_preprocessing.text.words import FILTERS, hint, text_to_word_sequence

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from keras_core.typing import Config

_MODES = ("binary", "count", "tfidf", "freq")


class Tokenizer(CheckedArguments):
    r"""Turns texts into sequences of indices, or into vectors with a place for each word.

    `fit_on_texts` counts the words; the most frequent one gets index 1, or 2 where there is an `oov_token`, which has
    index 1. Index 0 is given to no word. `num_words` limits what the conversions use, not what is counted.

    Args:
        num_words: conversions use indices below it alone; words that have a higher one count as unknown. All are used
            when None.
        filters: characters that count as `split`: punctuation but for the apostrophe, tabs and line ends by default.
        lower: whether words are taken in lower case. Defaults to True.
        split: what stands between words. Defaults to " ".
        char_level: whether every character is a word. Defaults to False.
        oov_token: stands for unknown words, which are left out when None.
        analyzer: splits a text into words in place of `filters`, `lower` and `split`. A file does not hold it.
        **kwargs: `document_count`, as configs have it, and Keras 1's name `nb_words` of `num_words`.

    Attributes:
        word_counts: how often each word occurred.
        word_docs: in how many texts each word occurred.
        word_index: the index of each word.
        index_word: the word of each index.
        index_docs: in how many texts or sequences each index occurred.
        document_count: how many texts or sequences were counted.

    Raises:
        TypeError: for an unknown argument.

    Example:
        >>> from keras_preprocessing.text import Tokenizer
        >>> tokenizer = Tokenizer(num_words=4, oov_token="?")
        >>> tokenizer.fit_on_texts(["the cat sat", "the dog sat"])
        >>> tokenizer.texts_to_sequences(["the dog sat", "the cow sat"])
        [[2, 1, 3], [2, 1, 3]]
    """

    def __init__(
        self,
        num_words: int | None = None,
        filters: str = FILTERS,
        lower: bool = True,
        split: str = " ",
        char_level: bool = False,
        oov_token: str | None = None,
        analyzer: Callable[[str], list[str]] | None = None,
        **kwargs: Any,
    ) -> None:
        if "nb_words" in kwargs:
            warnings.warn("Tokenizer: nb_words is a Keras 1 argument; write num_words=.", DeprecationWarning, 2)
            num_words = kwargs.pop("nb_words")
        self.document_count: int = kwargs.pop("document_count", 0)
        if kwargs:
            raise TypeError(f"Tokenizer does not take {', '.join(map(repr, kwargs))}.")
        self.word_counts: Counter[str] = Counter()
        self.word_docs: Counter[str] = Counter()
        self.index_docs: Counter[int] = Counter()
        self.word_index: dict[str, int] = {}
        self.index_word: dict[int, str] = {}
        self.num_words = num_words
        self.filters = filters
        self.lower = lower
        self.split = split
        self.char_level = char_level
        self.oov_token = oov_token
        self.analyzer = analyzer

    def fit_on_texts(self, texts: Iterable[str | Sequence[str]]) -> None:
        """Count the words of texts, besides those counted before, and give them indices by frequency.

        Args:
            texts: strings, or lists of words, which are taken as they are but for `lower`.

        Raises:
            TypeError: for a text that is neither, or one string in place of a list of texts.

        Example:
            >>> from keras_preprocessing.text import Tokenizer
            >>> tokenizer = Tokenizer()
            >>> tokenizer.fit_on_texts(["a rose is a rose", ["is", "A", "rose"]])
            >>> tokenizer.word_index
            {'a': 1, 'rose': 2, 'is': 3}
        """
        for words in self._words_of_all(texts, "fit_on_texts"):
            self.document_count += 1
            self.word_counts.update(words)
            self.word_docs.update(set(words))
        by_frequency = sorted(self.word_counts, key=self.word_counts.__getitem__, reverse=True)
        if self.oov_token is not None:
            by_frequency = [self.oov_token, *(word for word in by_frequency if word != self.oov_token)]
        self.word_index = {word: index for index, word in enumerate(by_frequency, 1)}
        self.index_word = dict(enumerate(by_frequency, 1))
        self.index_docs = Counter({self.word_index[word]: count for word, count in self.word_docs.items()})

    def fit_on_sequences(self, sequences: Iterable[Iterable[int]]) -> None:
        """Count in how many sequences each index occurs, for `sequences_to_matrix` with `mode="tfidf"`.

        Args:
            sequences: lists of indices.
        """
        for sequence in sequences:
            self.document_count += 1
            self.index_docs.update(set(sequence))

    def texts_to_sequences(self, texts: Iterable[str | Sequence[str]]) -> list[list[int]]:
        """The words of each text as indices.

        A word that was not counted, or whose index is not below `num_words`, becomes the index of `oov_token`, or is
        left out where there is none.

        Args:
            texts: strings or lists of words.

        Returns:
            A list of indices for each text.

        Raises:
            TypeError: for a text that is neither, or one string in place of a list of texts.
        """
        return list(self.texts_to_sequences_generator(texts))

    def texts_to_sequences_generator(self, texts: Iterable[str | Sequence[str]]) -> Iterator[list[int]]:
        """What `texts_to_sequences` gives, one by one.

        Args:
            texts: strings or lists of words.
        """
        limit = self.num_words
        known = {word: index for word, index in self.word_index.items() if not limit or index < limit}
        unknown = self._oov_index()
        for words in self._words_of_all(texts, "texts_to_sequences"):
            if unknown is None:
                yield [known[word] for word in words if word in known]
            else:
                yield [known.get(word, unknown) for word in words]

    def sequences_to_texts(self, sequences: Iterable[Iterable[int]]) -> list[str]:
        """Each sequence as text: its words with spaces between them.

        An index without a word, or one not below `num_words`, becomes `oov_token`, or is left out where there is none.

        Args:
            sequences: lists of indices.

        Returns:
            A text for each sequence.

        Example:
            >>> from keras_preprocessing.text import Tokenizer
            >>> tokenizer = Tokenizer()
            >>> tokenizer.fit_on_texts(["a rose is a rose"])
            >>> tokenizer.sequences_to_texts([[2, 3, 1]])
            ['rose is a']
        """
        return list(self.sequences_to_texts_generator(sequences))

    def sequences_to_texts_generator(self, sequences: Iterable[Iterable[int]]) -> Iterator[str]:
        """What `sequences_to_texts` gives, one by one.

        Args:
            sequences: lists of indices.
        """
        limit = self.num_words
        known = {index: word for index, word in self.index_word.items() if not limit or index < limit}
        unknown = self.oov_token if self._oov_index() is not None else None
        for sequence in sequences:
            if unknown is None:
                yield " ".join([known[index] for index in sequence if index in known])
            else:
                yield " ".join([known.get(index, unknown) for index in sequence])

    def texts_to_matrix(
        self, texts: Iterable[str | Sequence[str]], mode: Literal["binary", "count", "tfidf", "freq"] = "binary"
    ) -> np.ndarray:
        """A vector for each text, with a place for each word.

        Args:
            texts: strings or lists of words.
            mode: what stands there, as for `sequences_to_matrix`. Defaults to "binary".

        Returns:
            An array of shape (texts, num_words).

        Raises:
            ValueError: as `sequences_to_matrix`.

        Example:
            >>> from keras_preprocessing.text import Tokenizer
            >>> tokenizer = Tokenizer()
            >>> tokenizer.fit_on_texts(["a rose is a rose"])
            >>> tokenizer.texts_to_matrix(["a rose a"], mode="count").tolist()
            [[0.0, 2.0, 1.0, 0.0]]
        """
        return self.sequences_to_matrix(self.texts_to_sequences(texts), mode)

    def sequences_to_matrix(
        self, sequences: Sequence[Sequence[int]], mode: Literal["binary", "count", "tfidf", "freq"] = "binary"
    ) -> np.ndarray:
        """A vector for each sequence, with a place for each index.

        Args:
            sequences: lists of indices; those not below `num_words` are left out.
            mode: "binary": 1 for an index that occurs; "count": how often it does; "freq": its share of the sequence;
                "tfidf": (1 + log count) · log(1 + documents / (1 + documents with it)). Defaults to "binary".

        Returns:
            An array of shape (sequences, num_words); one column more than there are words without `num_words`.

        Raises:
            ValueError: for an unknown mode, negative indices, or before texts or sequences were counted that the width
                or "tfidf" need.
        """
        if mode not in _MODES:
            raise ValueError(f"Tokenizer: mode must be one of {', '.join(map(repr, _MODES))}, got {mode!r}.")
        if not self.num_words and not self.word_index:
            raise ValueError("Tokenizer: the width of the matrix is not known. Give num_words, or call fit_on_texts.")
        if mode == "tfidf" and not self.document_count:
            raise ValueError('Tokenizer: mode="tfidf" needs counts; call fit_on_texts or fit_on_sequences before.')
        width = self.num_words or len(self.word_index) + 1
        lengths = np.array([len(sequence) for sequence in sequences], dtype="int64")
        rows = np.repeat(np.arange(len(lengths)), lengths)
        columns = np.array([index for sequence in sequences for index in sequence], dtype="int64")
        if columns.size and columns.min() < 0:
            raise ValueError(f"Tokenizer: a sequence holds the negative index {columns.min()}.")
        used = columns < width
        flat = np.bincount(rows[used] * width + columns[used], minlength=len(lengths) * width)
        counts: np.ndarray = flat.reshape(len(lengths), width).astype("float64")
        if mode == "binary":
            counts = np.minimum(counts, 1.0)
        elif mode == "freq":
            counts /= np.maximum(lengths, 1)[:, None]
        elif mode == "tfidf":
            documents = np.array([self.index_docs.get(index, 0) for index in range(width)])
            weights = np.log(1 + self.document_count / (1 + documents))
            counts = np.where(counts > 0, 1 + np.log(np.maximum(counts, 1)), 0) * weights
        return counts

    def get_config(self) -> Config:
        """Arguments and counts, as JSON holds them: the tables are strings of JSON, as in files of Keras 2."""
        names = ("num_words", "filters", "lower", "split", "char_level", "oov_token", "document_count")
        tables = ("word_counts", "word_docs", "index_docs", "index_word", "word_index")
        config = {name: getattr(self, name) for name in names}
        return config | {name: json.dumps(getattr(self, name)) for name in tables}

    def to_json(self, **kwargs: Any) -> str:
        """The tokenizer as JSON, for `tokenizer_from_json`, also Keras 2's.

        Args:
            **kwargs: for `json.dumps`.
        """
        return json.dumps({"class_name": type(self).__name__, "config": self.get_config()}, **kwargs)

    def _words_of_all(self, texts: Iterable[str | Sequence[str]], method: str) -> Iterator[list[str]]:
        if isinstance(texts, (str, bytes)) and not self.char_level:
            raise TypeError(
                f"Tokenizer.{method}() takes a list of texts, got one {type(texts).__name__}: write [text]."
            )
        for index, text in enumerate(texts):
            if isinstance(text, str) and not self.char_level:
                if self.analyzer is not None:
                    yield self.analyzer(text)
                else:
                    yield text_to_word_sequence(text, self.filters, self.lower, self.split)
            elif isinstance(text, str):
                yield list(text.lower() if self.lower else text)
            elif isinstance(text, bytes) or not hasattr(text, "__iter__"):
                raise TypeError(
                    f"Tokenizer.{method}() takes strings or lists of words; texts[{index}] is {text!r}.{hint(text)}"
                )
            else:
                yield self._listed(text, method)

    def _listed(self, words: Iterable[str], method: str) -> list[str]:
        """The words of a text that is given as a list."""
        try:
            return [word.lower() for word in words] if self.lower else list(words)
        except AttributeError:
            raise TypeError(f"Tokenizer.{method}(): a list of words holds more than strings: {words!r}.") from None

    def _oov_index(self) -> int | None:
        return None if self.oov_token is None else self.word_index.get(self.oov_token)


def tokenizer_from_json(json_string: str) -> Tokenizer:
    """The tokenizer that `Tokenizer.to_json` wrote, also Keras 2's.

    Args:
        json_string: what it wrote.

    Raises:
        ValueError: for JSON of something else.

    Example:
        >>> from keras_preprocessing.text import Tokenizer, tokenizer_from_json
        >>> tokenizer = Tokenizer(num_words=3)
        >>> tokenizer.fit_on_texts(["a rose is a rose"])
        >>> tokenizer_from_json(tokenizer.to_json()).texts_to_sequences(["is a rose"])
        [[1, 2]]
    """
    found = json.loads(json_string)
    config = found.get("config") if isinstance(found, dict) else None
    if not isinstance(config, dict) or "word_index" not in config:
        raise ValueError('tokenizer_from_json() takes what Tokenizer.to_json() wrote: {"class_name", "config"}.')
    tables = ("word_counts", "word_docs", "index_docs", "index_word", "word_index")
    arguments = {name: value for name, value in config.items() if name not in tables}
    loaded = {name: json.loads(config.get(name, "{}")) for name in tables}
    tokenizer = Tokenizer(**arguments)
    tokenizer.word_counts = Counter(loaded["word_counts"])
    tokenizer.word_docs = Counter(loaded["word_docs"])
    tokenizer.index_docs = Counter({int(index): count for index, count in loaded["index_docs"].items()})
    tokenizer.index_word = {int(index): word for index, word in loaded["index_word"].items()}
    tokenizer.word_index = loaded["word_index"]
    return tokenizer
