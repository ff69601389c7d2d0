"""IntegerLookup: any integers as indices of a vocabulary."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

import numpy as np
from keras_core import KerasTensor, Spec, backend, ops
from keras_core.data_utils import batches_of

from keras_preprocessing.layers.buckets import bucket, checked_salt
from keras_preprocessing.layers.data_graphs import graph_backend
from keras_preprocessing.layers.encoding import check_mode, config_of, describe, encode, encoded_shape
from keras_preprocessing.layers.follows_data import FollowsData
from keras_preprocessing.layers.stored_vocabulary import StoredVocabulary, tokens_in_file
from keras_preprocessing.layers.vocabulary import Vocabulary

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from keras_core.typing import Data, PathLike, Shape, Tensor

_MODES = ("int", "one_hot", "multi_hot", "count", "tf_idf")


class IntegerLookup(StoredVocabulary, FollowsData):
    """Integers as the index of each in a vocabulary, or as vectors with a place for each.

    Index 0 is the mask, where there is one; then come the indices of unknown integers, then the vocabulary, which
    travels in the assets of a `.keras` file. It works on data and inside models, on every backend.

    Args:
        max_tokens: the most indices there are, special ones included; None for any number.
        num_oov_indices: how many indices unknown integers share. With 0 unknown integers are nowhere in vectors, and -1
            with "int". Defaults to 1.
        mask_token: the integer that has index 0 with "int"; None where there is none. Defaults to None.
        oov_token: what stands for unknown integers in the vocabulary, and with `invert`. Defaults to -1.
        vocabulary: a list or array of integers, with or without the special ones; the path of a file of text with one
            a line, which is read once; None lets `adapt` find it.
        vocabulary_dtype: "int32" or "int64"; the vocabulary fits both. Defaults to "int64".
        idf_weights: with "tf_idf" and a vocabulary: the weight of each integer.
        invert: whether indices are turned into the integers. Defaults to False.
        output_mode: "int": int32 indices; "one_hot": a vector for each integer; "multi_hot" ("binary"), "count",
            "tf_idf": one vector for the integers along the last axis. Defaults to "int".
        sparse: accepted; backends have no sparse tensors, so that vectors are dense. Defaults to False.
        pad_to_max_tokens: whether vectors have `max_tokens` places, known or not. Defaults to False.
        oov_method: which of several indices an unknown integer gets: "floormod", itself modulo their number, or
            "farmhash", the hash of what it is written as: that is computed from data, before a model. Defaults to
            "floormod".
        salt: with "farmhash": an int, or two, that choose other indices by SipHash. Defaults to None.
        name: name of the layer.
        **kwargs: `dtype`, that of the vectors, and the other arguments of `Layer`; `vocabulary_size`, of a vocabulary
            that comes later, as Keras 3's configs have it.

    Input shape:
        Integers of any shape.

    Output shape:
        The input's with "int" and `invert`; with "one_hot" one more axis, in place of a last axis of 1; else with a
        place for each index in place of the last axis.

    Raises:
        ValueError: for an unknown mode, vocabularies that do not fit, and calls without a vocabulary.
        TypeError: for hashes of integers inside a model.

    Example:
        >>> import numpy as np
        >>> from keras_preprocessing.layers import IntegerLookup
        >>> layer = IntegerLookup(vocabulary=[12, 36, 1138, 42])
        >>> np.asarray(layer(np.array([[12, 1138, 42], [42, 1000, 36]]))).tolist()
        [[1, 3, 4], [4, 0, 2]]
    """

    def __init__(
        self,
        max_tokens: int | None = None,
        num_oov_indices: int = 1,
        mask_token: int | None = None,
        oov_token: int = -1,
        vocabulary: Sequence[int] | PathLike | None = None,
        vocabulary_dtype: str = "int64",
        idf_weights: Sequence[float] | None = None,
        invert: bool = False,
        output_mode: str = "int",
        sparse: bool = False,
        pad_to_max_tokens: bool = False,
        oov_method: str = "floormod",
        salt: int | Sequence[int] | None = None,
        name: str | None = None,
        **kwargs: Any,
    ) -> None:
        vocabulary_size = kwargs.pop("vocabulary_size", None)
        super().__init__(name=name, **kwargs)
        self.output_mode = check_mode(self, output_mode, _MODES, sparse)
        if oov_method not in ("floormod", "farmhash"):
            raise ValueError(f"{describe(self)}: oov_method is 'floormod' or 'farmhash', got {oov_method!r}.")
        if vocabulary_dtype not in ("int32", "int64"):
            raise ValueError(f"{describe(self)}: vocabulary_dtype is 'int32' or 'int64', got {vocabulary_dtype!r}.")
        if invert and self.output_mode != "int":
            raise ValueError(f'{describe(self)}: invert=True goes with output_mode="int", not {output_mode!r}.')
        if pad_to_max_tokens and max_tokens is None:
            raise ValueError(f"{describe(self)}: pad_to_max_tokens=True needs max_tokens.")
        self.max_tokens = max_tokens
        self.num_oov_indices = num_oov_indices
        self.mask_token = mask_token
        self.oov_token = oov_token
        self.vocabulary_dtype = vocabulary_dtype
        self.invert = invert
        self.pad_to_max_tokens = pad_to_max_tokens
        self.oov_method = oov_method
        self.salt = checked_salt(self, salt)
        self.sparse = sparse
        mask = mask_token if self.output_mode == "int" else None
        weighted = self.output_mode == "tf_idf"
        self._vocabulary = Vocabulary(
            describe(self), mask, oov_token, num_oov_indices, max_tokens, weighted, int, vocabulary_size
        )
        if vocabulary is not None:
            self.set_vocabulary(vocabulary, idf_weights)

    def adapt(self, data: Data) -> None:
        """Take the vocabulary from data: its integers by how often they occur.

        Args:
            data: an array of integers, or batches of them. For "tf_idf" each row is a document.
        """
        self._vocabulary.learn(self._documents(data))
        self._vocabulary_changed()

    def _documents(self, data: Data) -> Iterator[list[int]]:
        for batch in batches_of(data, f"{describe(self)}: adapt()"):
            for row in batch.reshape(len(batch), -1) if batch.ndim else batch.reshape(1, 1):
                yield row.astype("int64").tolist()

    def set_vocabulary(self, vocabulary: Sequence[int] | PathLike, idf_weights: Sequence[float] | None = None) -> None:
        """Take this vocabulary.

        Args:
            vocabulary: a list or array of integers, with or without the special ones before them; or the path of a
                file of text that has one a line, which is read now.
            idf_weights: with "tf_idf": the weight of each integer.

        Raises:
            ValueError: for integers that occur twice or are too large, what is no list of integers, and weights that
                are missing or not needed.
            FileNotFoundError: for a path without a file.
        """
        if isinstance(vocabulary, (str, os.PathLike)):
            vocabulary = _integers_in(self, vocabulary)
        tokens = np.asarray(vocabulary)
        if tokens.dtype.kind not in "iu" and tokens.size:
            raise ValueError(f"{describe(self)}: a vocabulary is a list of integers, got {vocabulary!r}.")
        self._vocabulary.set(tokens.tolist(), idf_weights)
        self._vocabulary_changed()

    def _vocabulary_changed(self) -> None:
        """Refuse integers that a backend without 64 bits would change."""
        super()._vocabulary_changed()
        largest = max(map(abs, self._vocabulary.tokens), default=0)
        if largest >= 2**31:
            raise ValueError(f"{describe(self)}: the vocabulary holds {largest}; its integers must fit 32 bits.")

    def get_vocabulary(self, include_special_tokens: bool = True) -> list[int]:
        """The integers by their indices.

        Args:
            include_special_tokens: whether the mask and the unknown integer are among them. Defaults to True.
        """
        return self._vocabulary.listed(include_special_tokens)

    def vocabulary_size(self) -> int:
        """How many indices there are."""
        return len(self._vocabulary)

    def call(self, inputs: Tensor) -> Tensor:
        wide = ops.dtype(inputs) in ("int64", "uint32", "uint64")  # whose large numbers no 32 bits hold
        numbers = ops.cast(inputs, "int64" if wide else "int32")
        if isinstance(inputs, KerasTensor) and not self._vocabulary.is_set:  # which a file, or adapt(), gives later
            return ops.cast(numbers, "int32") if self.output_mode == "int" else self._encoded(numbers)
        self._vocabulary.check_complete()
        if self.invert:
            return self._inverted(numbers)
        indices = self._indices(numbers)
        if self.output_mode == "int":
            return indices
        vectors = self._encoded(indices)
        if self.output_mode != "tf_idf":
            return vectors
        weights = np.zeros(self._depth(), "float32")
        if self._vocabulary.idf is not None:
            weights[: len(self._vocabulary.idf)] = self._vocabulary.idf
        return ops.multiply(vectors, ops.cast(ops.convert_to_tensor(weights), self.compute_dtype))

    def _encoded(self, indices: Tensor) -> Tensor:
        mode = "count" if self.output_mode == "tf_idf" else self.output_mode
        return encode(indices, self._depth(), mode, self.compute_dtype)

    def _indices(self, numbers: Tensor) -> Tensor:
        first = self._vocabulary.first_oov
        if self.num_oov_indices > 1:
            which = self._hashed(numbers) if self.oov_method == "farmhash" else ops.mod(numbers, self.num_oov_indices)
            unknown = ops.add(which, first)
        else:
            unknown = ops.full_like(numbers, first if self.num_oov_indices else -1)
        if self._vocabulary.mask_token is not None:
            unknown = ops.where(ops.equal(numbers, self._vocabulary.mask_token), 0, unknown)
        tokens = np.array(self._vocabulary.tokens, ops.dtype(numbers))
        if not len(tokens):
            return ops.cast(unknown, "int32")
        order = np.argsort(tokens, kind="stable")
        ascending = ops.convert_to_tensor(tokens[order])
        place = ops.minimum(ops.searchsorted(ascending, numbers), len(tokens) - 1)
        index = ops.take(ops.convert_to_tensor((order + len(self._vocabulary.special)).astype("int32")), place)
        return ops.cast(ops.where(ops.equal(ops.take(ascending, place), numbers), index, unknown), "int32")

    def _hashed(self, numbers: Tensor) -> Tensor:
        """Which of the indices of unknown integers each has by its hash."""
        here = graph_backend(numbers)
        if here is not None:
            spec = Spec(here.shape(numbers), "int32")
            return here.host_call(lambda array: [self._buckets(array)], [numbers], [spec])[0]
        if isinstance(numbers, KerasTensor) or not backend.active().is_concrete(numbers):
            raise TypeError(
                f"{describe(self)}: oov_method='farmhash' hashes integers as they are written, which no backend does "
                "in a model. Call the layer on the data, and give the model what it returns."
            )
        return ops.convert_to_tensor(self._buckets(ops.convert_to_numpy(numbers)))

    def _buckets(self, numbers: np.ndarray) -> np.ndarray:
        """Which of the places for unknown integers each takes, by its hash."""
        values, inverse = np.unique(numbers, return_inverse=True)
        found = np.array([bucket(value, self.num_oov_indices, self.salt) for value in values.tolist()], "int32")
        return found[inverse].reshape(numbers.shape)

    def _inverted(self, indices: Tensor) -> Tensor:
        table = np.array(self._vocabulary.listed(), "int32")
        inside = ops.logical_and(ops.greater_equal(indices, 0), ops.less(indices, len(table)))
        found = ops.take(ops.convert_to_tensor(table), ops.clip(indices, 0, len(table) - 1))
        return ops.cast(ops.where(inside, found, self.oov_token), "int32")

    def compute_output_shape(self, input_shape: Shape) -> Shape:
        if self.output_mode == "int":
            return tuple(input_shape)
        return encoded_shape(tuple(input_shape), self._depth(), self.output_mode)

    def get_config(self) -> dict[str, Any]:
        names = (
            "max_tokens",
            "num_oov_indices",
            "mask_token",
            "oov_token",
            "vocabulary_dtype",
            "invert",
            "output_mode",
        )
        others = config_of(self, *names, "sparse", "pad_to_max_tokens", "oov_method", "salt")
        return {**super().get_config(), **others, **self._vocabulary_config()}


def _integers_in(layer: IntegerLookup, path: PathLike) -> list[int]:
    """The integers in a file of text."""
    try:
        return list(map(int, tokens_in_file(layer, path)))
    except ValueError as error:
        raise ValueError(f"{describe(layer)}: the file {os.fspath(path)!r} is no list of integers: {error}.") from error
