"""TextVectorization: texts as rows of word indices, or as vectors with a place for each word."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from keras_core import KerasTensor
from keras_core.data_utils import batches_of
from keras_core.plain_arguments import listed

from keras_preprocessing.layers.buckets import bucket
from keras_preprocessing.layers.encoding import check_mode, config_of, describe
from keras_preprocessing.layers.host_layer import HostLayer, as_array, checked_encoding, encoded
from keras_preprocessing.layers.stored_vocabulary import StoredVocabulary, tokens_in_file
from keras_preprocessing.layers.vocabulary import Vocabulary

if TYPE_CHECKING:
    from collections.abc import Iterator

    from keras_core.typing import Data, PathLike

_MODES = ("int", "multi_hot", "count", "tf_idf")
_STANDARDIZE = ("lower_and_strip_punctuation", "lower", "strip_punctuation")
_PUNCTUATION = str.maketrans("", "", "!\"#$%&()*+,-./:;<=>?@[\\]^_`{|}~'")
_LOWER = str.maketrans("ABCDEFGHIJKLMNOPQRSTUVWXYZ", "abcdefghijklmnopqrstuvwxyz")
_SPACE = re.compile(r"[ \t\n\r\f\v]+")
_UNKNOWN = "[UNK]"

Standardize = str | Callable[[Any], Any] | None
Split = str | Callable[[str], list[str]] | None


class TextVectorization(StoredVocabulary, HostLayer):
    """Texts standardized, split into words, and the words turned into indices of a vocabulary.

    With "int" index 0 is padding and 1 stands for unknown words; in vectors place 0 does. The layer is called on data,
    or in a model on an input of strings, where it runs on the host before the compiled step. The vocabulary travels in
    the assets of a `.keras` file.

    Args:
        max_tokens: the most indices there are, special ones included; None for any number.
        standardize: what is done to texts first: "lower_and_strip_punctuation", "lower" (A to Z, as in Keras 3),
            "strip_punctuation", a function from an array of texts to another one, or None. Defaults to
            "lower_and_strip_punctuation".
        split: "whitespace", "character", a function from a text to a list of words, or None: the text is the word.
            Defaults to "whitespace".
        ngrams: the longest run of words that counts as one, joined by spaces, besides all shorter ones; or a tuple of
            the lengths; None for words alone. Defaults to None.
        output_mode: "int"; "multi_hot" ("binary"): 1 for each word that occurs; "count": how often; "tf_idf": that
            times the word's weight. Defaults to "int".
        output_sequence_length: with "int": the length that every row is cut or padded to; that of the longest one when
            None. Defaults to None.
        pad_to_max_tokens: whether vectors have `max_tokens` places, known or not. Defaults to False.
        vocabulary: a list or array of words, with or without the special ones; the path of a file of text in UTF-8
            with one a line, which is read once; None lets `adapt` find it.
        idf_weights: with "tf_idf" and a vocabulary: the weight of each word.
        sparse: whether vectors are a SciPy CSR matrix. Defaults to False.
        ragged: with "int": whether rows stay of different length, as a list of arrays. Defaults to False.
        encoding: how texts that come as bytes are encoded, as Python names it. Defaults to "utf-8".
        name: name of the layer.
        **kwargs: `dtype`, that of the vectors, and the other arguments of `Layer`; `vocabulary_size`, of a vocabulary
            that comes later, as Keras 3's configs have it.

    Input shape:
        One text, or an array or list of texts of shape ``(batch,)`` or ``(batch, 1)``.

    Output shape:
        ``(batch, length)`` with "int", ``(batch, places)`` else; without the batch for one text.

    Raises:
        ValueError: for unknown options, vocabularies that do not fit, and calls without a vocabulary.
        TypeError: in a model, for inputs that are no strings, and texts that are none.

    Example:
        >>> import numpy as np
        >>> from keras_preprocessing.layers import TextVectorization
        >>> layer = TextVectorization(output_sequence_length=4)
        >>> layer.adapt(["The cat sat.", "The dog!"])
        >>> layer.get_vocabulary(), np.asarray(layer(["The cow sat"])).tolist()
        (['', '[UNK]', 'the', 'sat', 'dog', 'cat'], [[2, 1, 3, 0]])
    """

    def __init__(
        self,
        max_tokens: int | None = None,
        standardize: Standardize = "lower_and_strip_punctuation",
        split: Split = "whitespace",
        ngrams: int | Sequence[int] | None = None,
        output_mode: str = "int",
        output_sequence_length: int | None = None,
        pad_to_max_tokens: bool = False,
        vocabulary: Sequence[str] | PathLike | None = None,
        idf_weights: Sequence[float] | None = None,
        sparse: bool = False,
        ragged: bool = False,
        encoding: str = "utf-8",
        name: str | None = None,
        **kwargs: Any,
    ) -> None:
        vocabulary_size = kwargs.pop("vocabulary_size", None)
        super().__init__(name=name, **kwargs)
        self.output_mode = check_mode(self, output_mode, _MODES, sparse)
        if standardize is not None and not callable(standardize) and standardize not in _STANDARDIZE:
            raise ValueError(
                f"{describe(self)}: standardize must be one of {', '.join(map(repr, _STANDARDIZE))}, a function or "
                f"None; got {standardize!r}."
            )
        if split not in (None, "whitespace", "character") and not callable(split):
            raise ValueError(
                f"{describe(self)}: split must be 'whitespace', 'character', a function or None; got {split!r}."
            )
        ngrams = listed(ngrams)
        if (isinstance(ngrams, Sequence) and not ngrams) or (isinstance(ngrams, int) and ngrams < 1):
            raise ValueError(f"{describe(self)}: ngrams must be a positive int, several or None; got {ngrams!r}.")
        if self.output_mode != "int" and (ragged or output_sequence_length is not None):
            raise ValueError(f'{describe(self)}: ragged and output_sequence_length go with output_mode="int".')
        if pad_to_max_tokens and max_tokens is None:
            raise ValueError(f"{describe(self)}: pad_to_max_tokens=True needs max_tokens.")
        self.max_tokens = max_tokens
        self.standardize = standardize
        self.split = split
        self.ngrams = ngrams
        self.output_sequence_length = output_sequence_length
        self.pad_to_max_tokens = pad_to_max_tokens
        self.sparse = sparse
        self.ragged = ragged
        self.encoding = checked_encoding(self, encoding)
        mask = "" if self.output_mode == "int" else None
        weighted = self.output_mode == "tf_idf"
        self._vocabulary = self._lookup_layer = Vocabulary(
            describe(self), mask, _UNKNOWN, 1, max_tokens, weighted, size=vocabulary_size
        )
        if vocabulary is not None:
            self.set_vocabulary(vocabulary, idf_weights)

    def adapt(self, data: Data) -> None:
        """Take the vocabulary from texts: their words by how often they occur.

        Args:
            data: an array or list of texts, or batches of them.
        """
        self._vocabulary.learn(self._documents(data))
        self._vocabulary_changed()

    def _documents(self, data: Data) -> Iterator[list[str]]:
        for batch in batches_of(data, f"{describe(self)}: adapt()"):
            yield from self._split_texts(self._texts(as_array(batch, self.encoding)))

    def set_vocabulary(self, vocabulary: Sequence[str] | PathLike, idf_weights: Sequence[float] | None = None) -> None:
        """Take this vocabulary.

        Args:
            vocabulary: a list or array of words, with or without the special ones before them; or the path of a file of
                text in UTF-8 that has one a line, which is read now.
            idf_weights: with "tf_idf": the weight of each word.

        Raises:
            ValueError: for words that occur twice, and for weights that are missing or not needed.
            FileNotFoundError: for a path without a file.
        """
        if isinstance(vocabulary, (str, os.PathLike)):
            vocabulary = tokens_in_file(self, vocabulary)
        self._vocabulary.set(as_array(vocabulary, self.encoding), idf_weights)
        self._vocabulary_changed()

    def get_vocabulary(self, include_special_tokens: bool = True) -> list[str]:
        """The words by their indices.

        Args:
            include_special_tokens: whether padding and the unknown word are among them. Defaults to True.
        """
        return self._vocabulary.listed(include_special_tokens)

    def vocabulary_size(self) -> int:
        """How many indices there are."""
        return len(self._vocabulary)

    def as_data(self, inputs: Any) -> np.ndarray:
        return as_array(inputs, self.encoding)

    def call(self, inputs: np.ndarray) -> Any:
        self._vocabulary.check_complete()
        rows = [self._vocabulary.indices(words, bucket) for words in self._split_texts(self._texts(inputs))]
        if self.output_mode != "int":
            result = encoded(
                rows, self._depth(), self.output_mode, self.compute_dtype, self._vocabulary.idf, self.sparse
            )
        elif self.ragged:
            return [np.array(row[: self.output_sequence_length], "int64") for row in rows]
        else:
            length = self.output_sequence_length
            length = max(map(len, rows), default=0) if length is None else length
            result = np.zeros((len(rows), length), "int64")
            for index, row in enumerate(rows):
                result[index, : len(row)] = row[:length]
        return result if inputs.ndim else result[0]

    def compute_output_spec(self, inputs: KerasTensor) -> KerasTensor:
        shape = inputs.shape
        if self.sparse or self.ragged:
            option = "sparse" if self.sparse else "ragged"
            raise ValueError(f"{describe(self)}: {option}=True is for data, before a model.")
        if len(shape) > 2 or (len(shape) == 2 and shape[1] not in (1, None)):
            raise ValueError(f"{describe(self)} takes texts of shape (batch,) or (batch, 1); got {shape}.")
        if self.output_mode == "int":
            return KerasTensor((*shape[:1], self.output_sequence_length), "int64")
        return KerasTensor((*shape[:1], self._depth()), self.compute_dtype)

    def _texts(self, inputs: np.ndarray) -> np.ndarray:
        """The texts as a one-dimensional array, standardized."""
        if inputs.ndim > 2 or (inputs.ndim == 2 and inputs.shape[1] != 1):
            raise ValueError(
                f"{describe(self)} takes one text or an array of texts of shape (batch,) or (batch, 1); "
                f"got {inputs.shape}."
            )
        texts = inputs.ravel()
        wrong = next((text for text in texts.tolist() if not isinstance(text, str)), None)
        if wrong is not None:
            raise TypeError(f"{describe(self)} takes texts, got {type(wrong).__name__}: {wrong!r}.")
        if callable(self.standardize):
            return as_array(self.standardize(texts)).ravel()
        words = texts.tolist()
        if self.standardize in ("lower", "lower_and_strip_punctuation"):
            words = [text.translate(_LOWER) for text in words]
        if self.standardize in ("strip_punctuation", "lower_and_strip_punctuation"):
            words = [text.translate(_PUNCTUATION) for text in words]
        return np.array(words, dtype=object)

    def _split_texts(self, texts: np.ndarray) -> Iterator[list[str]]:
        for text in texts.tolist():
            if self.split == "whitespace":
                words = [word for word in _SPACE.split(text) if word]
            elif self.split == "character":
                words = list(text)
            else:
                words = list(self.split(text)) if callable(self.split) else [text]
            yield self._with_runs(words)

    def _with_runs(self, words: list[str]) -> list[str]:
        if self.ngrams is None:
            return words
        widths = range(1, self.ngrams + 1) if isinstance(self.ngrams, int) else self.ngrams
        return [" ".join(words[at : at + width]) for width in widths for at in range(len(words) - width + 1)]

    def get_config(self) -> dict[str, Any]:
        names = ("max_tokens", "standardize", "split", "ngrams", "output_mode", "output_sequence_length")
        others = config_of(self, *names, "pad_to_max_tokens", "sparse", "ragged", "encoding")
        return {**super().get_config(), **others, **self._vocabulary_config()}
