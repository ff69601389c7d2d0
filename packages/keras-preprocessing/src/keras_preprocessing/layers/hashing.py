"""Hashing: strings and integers as buckets, without a vocabulary."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from keras_core import KerasTensor

from keras_preprocessing.layers.buckets import bucket, checked_salt
from keras_preprocessing.layers.encoding import check_mode, config_of, describe, encoded_shape
from keras_preprocessing.layers.host_layer import HostLayer, vectors

if TYPE_CHECKING:
    from collections.abc import Sequence

_MODES = ("int", "one_hot", "multi_hot", "count")


class Hashing(HostLayer):
    """Strings and integers as the number of a bucket, which their hash says; two may share one.

    The hash is FarmHash's 64-bit fingerprint of the string (an integer as it is written), or SipHash with a salt, as in
    Keras 3. It is called on data, or in a model on an input of strings or integers, where it runs on the host before
    the compiled step.

    Args:
        num_bins: number of buckets, that of the mask included.
        mask_value: what gets bucket 0, alone; None where nothing does. Defaults to None.
        salt: an int, or two, that choose other buckets; None for FarmHash. Defaults to None.
        output_mode: "int"; "one_hot": a vector for each value; "multi_hot" ("binary") and "count": one vector for the
            values along the last axis. Defaults to "int".
        sparse: whether vectors of one-dimensional rows are a SciPy CSR matrix. Defaults to False.
        **kwargs: `name`, `dtype` (that of the vectors) and the other arguments of `Layer`.

    Input shape:
        Arrays or lists of strings or integers, of any shape.

    Output shape:
        The input's with "int"; with "one_hot" one more axis, in place of a last axis of 1; else with a place for each
        bucket in place of the last axis.

    Raises:
        ValueError: for fewer buckets than one, a salt that is none, or an unknown mode.
        TypeError: in a model, for tensors of floats, and values that are neither strings nor integers.

    Example:
        >>> import numpy as np
        >>> from keras_preprocessing.layers import Hashing
        >>> np.asarray(Hashing(num_bins=3)([["A"], ["B"], ["C"], ["D"], ["E"]])).ravel().tolist()
        [1, 0, 1, 1, 2]
    """

    takes_integers = True

    def __init__(
        self,
        num_bins: int,
        mask_value: str | int | None = None,
        salt: int | Sequence[int] | None = None,
        output_mode: str = "int",
        sparse: bool = False,
        **kwargs: Any,
    ) -> None:
        if output_mode == "int" and kwargs.get("dtype") is None:
            kwargs["dtype"] = "int64"  # Keras 3 reads indices of no other dtype
        super().__init__(**kwargs)
        if num_bins < 1 or (mask_value is not None and num_bins < 2):
            raise ValueError(
                f"{describe(self)}: num_bins must be at least 1, or 2 with a mask_value; got {num_bins!r}."
            )
        self.num_bins = num_bins
        self.mask_value = mask_value
        self.salt = checked_salt(self, salt)
        self.output_mode = check_mode(self, output_mode, _MODES, sparse)
        self.sparse = sparse

    def call(self, inputs: np.ndarray) -> Any:
        values, inverse = np.unique(inputs.ravel(), return_inverse=True)
        buckets = np.array([self._bucket(value) for value in values.tolist()], dtype="int64")
        indices = buckets[inverse].reshape(inputs.shape)
        if self.output_mode == "int":
            return indices
        return vectors(indices, self.num_bins, self.output_mode, self.compute_dtype, sparse=self.sparse)

    def compute_output_spec(self, inputs: KerasTensor) -> KerasTensor:
        if self.sparse:
            raise ValueError(f"{describe(self)}: sparse=True is for data, before a model.")
        if self.output_mode == "int":
            return KerasTensor(inputs.shape, "int64")
        return KerasTensor(encoded_shape(inputs.shape, self.num_bins, self.output_mode), self.compute_dtype)

    def _bucket(self, value: Any) -> int:
        if self.mask_value is not None and value == self.mask_value:
            return 0
        if not isinstance(value, (str, int)):
            raise TypeError(f"{describe(self)} takes strings and integers, got {type(value).__name__}: {value!r}.")
        masked = int(self.mask_value is not None)
        return bucket(value, self.num_bins - masked, self.salt) + masked

    def get_config(self) -> dict[str, Any]:
        names = ("num_bins", "mask_value", "salt", "output_mode", "sparse")
        return {**super().get_config(), **config_of(self, *names)}
