"""StringLookup: strings as indices of a vocabulary."""

from __future__ import annotations

import os
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
from keras_core import KerasTensor
from keras_core.data_utils import batches_of

from keras_preprocessing.layers.buckets import bucket, checked_salt
from keras_preprocessing.layers.encoding import check_mode, config_of, describe, encoded_shape
from keras_preprocessing.layers.host_layer import HostLayer, as_array, checked_encoding, vectors
from keras_preprocessing.layers.stored_vocabulary import StoredVocabulary, tokens_in_file
from keras_preprocessing.layers.vocabulary import Vocabulary

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from keras_core.typing import Data, PathLike

_MODES = ("int", "one_hot", "multi_hot", "count", "tf_idf")


class StringLookup(StoredVocabulary, HostLayer):
    """Strings as the index of each in a vocabulary, or as vectors with a place for each.

    Index 0 is the mask, where there is one; then come the indices of unknown strings, then the vocabulary. It is
    called on data, or in a model on an input of strings, where it runs on the host before the compiled step. The
    vocabulary travels in the assets of a `.keras` file.

    Args:
        max_tokens: the most indices there are, special ones included; None for any number.
        num_oov_indices: how many indices unknown strings share: their hash says which, as in Keras 3. With 0 an unknown
            string is an error. Defaults to 1.
        mask_token: the string that has index 0 with "int"; None where there is none. Defaults to None.
        oov_token: what stands for unknown strings in the vocabulary. Defaults to "[UNK]".
        vocabulary: a list or array of strings, with or without the special ones; the path of a file of text in UTF-8
            with one a line, which is read once; None lets `adapt` find it.
        idf_weights: with "tf_idf" and a vocabulary: the weight of each string.
        invert: whether indices are turned into strings. Defaults to False.
        output_mode: "int"; "one_hot": a vector for each string; "multi_hot" ("binary"), "count", "tf_idf": one vector
            for the strings along the last axis. Defaults to "int".
        pad_to_max_tokens: whether vectors have `max_tokens` places, known or not. Defaults to False.
        sparse: whether vectors are a SciPy CSR matrix. Defaults to False.
        encoding: how strings that come as bytes are encoded, as Python names it. Defaults to "utf-8".
        name: name of the layer.
        salt: an int, or two, that choose other indices of unknown strings, by SipHash instead of FarmHash. Defaults to
            None.
        **kwargs: `dtype`, that of the vectors, and the other arguments of `Layer`; what Keras 3's configs have besides:
            `vocabulary_size`, of a vocabulary that comes later, and `oov_method`, which changes nothing.

    Input shape:
        Arrays or lists of strings (of ints with `invert`), of any shape.

    Output shape:
        The input's with "int" and `invert`; with "one_hot" one more axis, in place of a last axis of 1; else with a
        place for each index in place of the last axis.

    Raises:
        ValueError: for an unknown mode, vocabularies that do not fit, and calls without a vocabulary.
        TypeError: in a model, for inputs that are no strings.

    Example:
        >>> import numpy as np
        >>> from keras_preprocessing.layers import StringLookup
        >>> layer = StringLookup()
        >>> layer.adapt(["a", "b", "b"])
        >>> layer.get_vocabulary(), np.asarray(layer([["b", "a", "new"]])).tolist()
        (['[UNK]', 'b', 'a'], [[1, 2, 0]])
    """

    def __init__(
        self,
        max_tokens: int | None = None,
        num_oov_indices: int = 1,
        mask_token: str | None = None,
        oov_token: str = "[UNK]",
        vocabulary: Sequence[str] | PathLike | None = None,
        idf_weights: Sequence[float] | None = None,
        invert: bool = False,
        output_mode: str = "int",
        pad_to_max_tokens: bool = False,
        sparse: bool = False,
        encoding: str = "utf-8",
        name: str | None = None,
        salt: int | Sequence[int] | None = None,
        **kwargs: Any,
    ) -> None:
        vocabulary_size = kwargs.pop("vocabulary_size", None)
        kwargs.pop("oov_method", None)  # strings have but one: their hash
        super().__init__(name=name, **kwargs)
        self.output_mode = check_mode(self, output_mode, _MODES, sparse)
        if invert and self.output_mode != "int":
            raise ValueError(f'{describe(self)}: invert=True goes with output_mode="int", not {output_mode!r}.')
        if pad_to_max_tokens and max_tokens is None:
            raise ValueError(f"{describe(self)}: pad_to_max_tokens=True needs max_tokens.")
        self.max_tokens = max_tokens
        self.num_oov_indices = num_oov_indices
        self.mask_token = mask_token
        self.oov_token = oov_token
        self.invert = invert
        self.pad_to_max_tokens = pad_to_max_tokens
        self.sparse = sparse
        self.encoding = checked_encoding(self, encoding)
        self.salt = checked_salt(self, salt)
        mask = mask_token if self.output_mode == "int" else None
        weighted = self.output_mode == "tf_idf"
        self._vocabulary = Vocabulary(
            describe(self), mask, oov_token, num_oov_indices, max_tokens, weighted, size=vocabulary_size
        )
        if vocabulary is not None:
            self.set_vocabulary(vocabulary, idf_weights)

    def adapt(self, data: Data) -> None:
        """Take the vocabulary from data: its strings by how often they occur.

        Args:
            data: an array or list of strings, or batches of them. For "tf_idf" each row is a document.
        """
        self._vocabulary.learn(self._documents(data))
        self._vocabulary_changed()

    def _documents(self, data: Data) -> Iterator[list[str]]:
        for batch in batches_of(data, f"{describe(self)}: adapt()"):
            array = as_array(batch, self.encoding)
            for row in array.reshape(len(array), -1) if array.ndim else array.reshape(1, 1):
                yield row.tolist()

    def set_vocabulary(self, vocabulary: Sequence[str] | PathLike, idf_weights: Sequence[float] | None = None) -> None:
        """Take this vocabulary.

        Args:
            vocabulary: a list or array of strings, with or without the special ones before them; or the path of a file
                of text in UTF-8 that has one a line, which is read now.
            idf_weights: with "tf_idf": the weight of each string.

        Raises:
            ValueError: for strings that occur twice, and for weights that are missing or not needed.
            FileNotFoundError: for a path without a file.
        """
        if isinstance(vocabulary, (str, os.PathLike)):
            vocabulary = tokens_in_file(self, vocabulary)
        self._vocabulary.set(as_array(vocabulary, self.encoding), idf_weights)
        self._vocabulary_changed()

    def get_vocabulary(self, include_special_tokens: bool = True) -> list[str]:
        """The strings by their indices.

        Args:
            include_special_tokens: whether the mask and the unknown string are among them. Defaults to True.
        """
        return self._vocabulary.listed(include_special_tokens)

    def vocabulary_size(self) -> int:
        """How many indices there are."""
        return len(self._vocabulary)

    def as_data(self, inputs: Any) -> np.ndarray:
        return as_array(inputs, self.encoding)

    @property
    def writes_strings(self) -> bool:
        """Whether it makes strings of indices: then a model may end with it."""
        return self.invert

    def call(self, inputs: np.ndarray) -> Any:
        self._vocabulary.check_complete()
        if self.invert:
            return self._strings(inputs)
        found = self._vocabulary.indices(inputs.ravel().tolist(), partial(bucket, salt=self.salt))
        indices = np.array(found, dtype="int64").reshape(inputs.shape)
        if self.output_mode == "int":
            return indices
        return vectors(indices, self._depth(), self.output_mode, self.compute_dtype, self._vocabulary.idf, self.sparse)

    def compute_output_spec(self, inputs: KerasTensor) -> KerasTensor:
        if self.sparse:
            raise ValueError(f"{describe(self)}: sparse=True is for data, before or after a model.")
        if self.invert:
            return KerasTensor(inputs.shape, "string")
        if self.output_mode == "int":
            return KerasTensor(inputs.shape, "int64")
        return KerasTensor(encoded_shape(inputs.shape, self._depth(), self.output_mode), self.compute_dtype)

    def _strings(self, indices: np.ndarray) -> np.ndarray:
        words = self._vocabulary.listed()
        known = (words[index] if 0 <= index < len(words) else self.oov_token for index in indices.ravel().tolist())
        return np.array(list(known), dtype=object).reshape(indices.shape)

    def get_config(self) -> dict[str, Any]:
        names = ("max_tokens", "num_oov_indices", "mask_token", "oov_token", "invert", "output_mode")
        others = config_of(self, *names, "pad_to_max_tokens", "sparse", "encoding", "salt")
        return {**super().get_config(), **others, **self._vocabulary_config()}
