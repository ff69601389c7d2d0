"""HashedCrossing: combinations of features as buckets."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from keras_core import KerasTensor, Layer, backend, ops
from keras_core.dtypes import is_int

from keras_preprocessing.layers.crossed_integers import MOST_BINS, crossed_integers
from keras_preprocessing.layers.data_graphs import framework_of, graph_backend
from keras_preprocessing.layers.encoding import check_mode, config_of, describe, encode, encoded_shape
from keras_preprocessing.layers.fingerprint import SEED, crossed, fingerprint
from keras_preprocessing.layers.host_layer import HostLayer, as_array, vectors

if TYPE_CHECKING:
    from collections.abc import Sequence

    from keras_core.typing import TensorTree

_MODES = ("int", "one_hot")
_SPARSE = "sparse=True is for data, before a model."
_ALL = 0xFFFFFFFFFFFFFFFF


class HashedCrossing(HostLayer):
    """Combinations of strings and integers as the number of a bucket, which their hashes say; two may share one.

    Buckets are those of Keras 3. The layer is called on data, or in a model: on inputs of which at least
    one is of strings, where it runs on the host before the compiled step, or on integers, computed or not, in the step.

    Args:
        num_bins: number of buckets.
        output_mode: "int", or "one_hot": a vector for each combination. Defaults to "int".
        sparse: whether vectors are a SciPy CSR matrix. Defaults to False.
        name: name of the layer.
        dtype: dtype of the vectors, or a policy.
        **kwargs: the other arguments of `Layer`.

    Input shape:
        A list of two or more features: arrays or lists of strings or integers, all of shape ``()``, ``(batch,)`` or
        ``(batch, 1)``.

    Output shape:
        That of a feature with "int"; with "one_hot" ``(num_bins,)`` or ``(batch, num_bins)``.

    Raises:
        ValueError: for fewer buckets than one, an unknown mode, fewer than two features, features of other shapes, and
            more than 8,388,607 buckets for integers in a model.
        TypeError: for values that are neither strings nor integers.

    Example:
        >>> import numpy as np
        >>> from keras_preprocessing.layers import HashedCrossing
        >>> letters, numbers = ["A", "B", "A", "B", "A"], [101, 101, 101, 102, 102]
        >>> np.asarray(HashedCrossing(num_bins=5)([letters, numbers])).tolist()
        [1, 4, 1, 1, 3]
    """

    def __init__(
        self,
        num_bins: int,
        output_mode: str = "int",
        sparse: bool = False,
        name: str | None = None,
        dtype: Any = None,
        **kwargs: Any,
    ) -> None:
        if output_mode == "int" and dtype is None:
            dtype = "int64"  # Keras 3 reads indices of no other dtype
        super().__init__(name=name, dtype=dtype, **kwargs)
        if num_bins < 1:
            raise ValueError(f"{describe(self)}: num_bins must be at least 1, got {num_bins!r}.")
        self.num_bins = num_bins
        self.output_mode = check_mode(self, output_mode, _MODES, sparse)
        self.sparse = sparse

    def __call__(self, inputs: TensorTree, *args: Any, **kwargs: Any) -> TensorTree:
        """Call the layer on data, or in a model on inputs of strings or on integers."""
        if self._by_ops(inputs):
            return Layer.__call__(self, inputs, *args, **kwargs)
        return super().__call__(inputs, *args, **kwargs)

    def _by_ops(self, inputs: Any) -> bool:
        """Whether ops cross the features: tensors of integers, if not of data that only the host crosses as asked."""
        if not isinstance(inputs, (list, tuple)) or not inputs or not all(map(_is_integer_tensor, inputs)):
            return False
        if not self.sparse and self.num_bins <= MOST_BINS:
            return True
        return graph_backend(inputs) is None and not all(map(_has_values, inputs))

    def _checked(self, inputs: Any, by_ops: bool) -> list[Any]:
        """The features.

        Raises:
            ValueError: for fewer than two, shapes that differ or do not fit, and what ops cannot give.
        """
        if not isinstance(inputs, (list, tuple)) or len(inputs) < 2:
            raise ValueError(f"{describe(self)} takes a list of two or more features, got {inputs!r}.")
        features = list(inputs) if by_ops else [as_array(feature) for feature in inputs]
        given = [tuple(x.shape if isinstance(x, (KerasTensor, np.ndarray)) else ops.shape(x)) for x in features]
        if not _fit(given):
            raise ValueError(
                f"{describe(self)} takes features that all have shape (), (batch,) or (batch, 1); got "
                f"{', '.join(map(str, given))}."
            )
        if by_ops and self.sparse:
            raise ValueError(f"{describe(self)}: {_SPARSE}")
        if by_ops and self.num_bins > MOST_BINS:
            raise ValueError(
                f"{describe(self)}: num_bins must be at most {MOST_BINS} where integers are crossed in a model, "
                f"got {self.num_bins}. Call the layer on data, before the model."
            )
        return features

    def as_data(self, inputs: Any) -> list[np.ndarray]:
        return self._checked(inputs, by_ops=False)

    def call(self, inputs: Sequence[Any]) -> Any:
        if self._by_ops(inputs):
            buckets = crossed_integers(self._checked(inputs, by_ops=True), self.num_bins)
            if self.output_mode == "int":
                return ops.cast(buckets, "int64")
            return encode(buckets, self.num_bins, "one_hot", self.compute_dtype)
        columns = [[self._hash(value) for value in feature.ravel().tolist()] for feature in inputs]
        found = [self._bucket(hashes) for hashes in zip(*columns, strict=True)]
        indices = np.array(found, dtype="int64").reshape(inputs[0].shape)
        if self.output_mode == "int":
            return indices
        return vectors(indices, self.num_bins, "one_hot", self.compute_dtype, sparse=self.sparse)

    def compute_output_spec(self, inputs: Sequence[KerasTensor]) -> KerasTensor:
        if self.sparse:
            raise ValueError(f"{describe(self)}: {_SPARSE}")
        if self._by_ops(inputs):
            self._checked(inputs, by_ops=True)
        shape = inputs[0].shape
        if self.output_mode == "int":
            return KerasTensor(shape, "int64")
        return KerasTensor(encoded_shape(shape, self.num_bins, "one_hot"), self.compute_dtype)

    def _hash(self, value: Any) -> int:
        """The fingerprint of a string; an integer stands for itself."""
        if isinstance(value, str):
            return fingerprint(value.encode("utf-8"))
        if not isinstance(value, int):
            raise TypeError(f"{describe(self)} takes strings and integers, got {type(value).__name__}: {value!r}.")
        return value & _ALL

    def _bucket(self, hashes: Sequence[int]) -> int:
        found = SEED
        for one in hashes:
            found = crossed(found, one)
        return found % self.num_bins

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), **config_of(self, "num_bins", "output_mode", "sparse")}


def _is_integer_tensor(value: Any) -> bool:
    """Whether a value is a tensor of integers, of a model or of a backend, and no array of NumPy."""
    if isinstance(value, KerasTensor):
        return is_int(value.dtype)
    return framework_of(value) is backend.active() and is_int(ops.dtype(value))


def _fit(shapes: Sequence[tuple[Any, ...]]) -> bool:
    """Whether all are (), (batch,) or (batch, 1), as far as sizes are known."""
    known = [{size for size in sizes if isinstance(size, int)} for sizes in zip(*shapes)]
    ranks = {len(shape) for shape in shapes}
    return (
        len(ranks) == 1
        and max(ranks) <= 2
        and all(len(sizes) <= 1 for sizes in known)
        and not any(sizes - {1} for sizes in known[1:])
    )


def _has_values(value: Any) -> bool:
    return not isinstance(value, KerasTensor) and backend.active().is_concrete(value)
