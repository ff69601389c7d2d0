"""Discretization: numbers as the bins that they fall into."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
from keras_core import ops
from keras_core.data_utils import batches_of
from keras_core.plain_arguments import listed

from keras_preprocessing.layers.encoding import check_mode, config_of, describe, encode, encoded_shape
from keras_preprocessing.layers.follows_data import FollowsData

if TYPE_CHECKING:
    from collections.abc import Sequence

    from keras_core.typing import Data, Shape, Tensor

_MODES = ("int", "one_hot", "multi_hot", "count")


class Discretization(FollowsData):
    """Numbers as the index of the bin that they fall into; the bins are given, or found by `adapt`.

    A number that equals a boundary belongs to the bin above it.

    Args:
        bin_boundaries: the ascending boundaries between bins: one fewer than there are bins.
        num_bins: how many bins `adapt` makes, with about as much of the data in each.
        epsilon: how far the share of a bin may be off: smaller is more exact and takes more memory. Defaults to 0.01.
        output_mode: "int": the bin's index, as int32; "one_hot", "multi_hot" ("binary") and "count": vectors as those
            of `CategoryEncoding`. Defaults to "int".
        sparse: accepted; backends have no sparse tensors, so that vectors are dense. Defaults to False.
        dtype: dtype of the vectors, or a policy.
        name: name of the layer.
        **kwargs: the other arguments of `Layer`.

    Input shape:
        Any shape.

    Output shape:
        The input's with "int"; else as of `CategoryEncoding`.

    Raises:
        ValueError: without boundaries and number of bins, for boundaries that do not ascend, and when called before
            there are bins.

    Example:
        >>> import numpy as np
        >>> from keras_preprocessing.layers import Discretization
        >>> x = np.array([[-1.5, 1.0, 3.4, 0.5], [0.0, 3.0, 1.3, 0.0]])
        >>> layer = Discretization(num_bins=4)
        >>> layer.adapt(x)
        >>> np.asarray(layer(x)).tolist()
        [[0, 2, 3, 2], [1, 3, 3, 1]]
    """

    def __init__(
        self,
        bin_boundaries: Sequence[float] | None = None,
        num_bins: int | None = None,
        epsilon: float = 0.01,
        output_mode: str = "int",
        sparse: bool = False,
        dtype: Any = None,
        name: str | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(name=name, dtype=dtype, **kwargs)
        boundaries = None if bin_boundaries is None else [float(one) for one in listed(bin_boundaries)]
        if boundaries is None and num_bins is None:
            raise ValueError(f"{describe(self)} needs bin_boundaries, or num_bins and a call of adapt().")
        if boundaries is not None and any(high <= low for low, high in pairwise(boundaries)):
            raise ValueError(f"{describe(self)}: bin_boundaries must ascend, got {boundaries}.")
        if num_bins is not None and (num_bins < 1 or (boundaries is not None and len(boundaries) > num_bins - 1)):
            raise ValueError(f"{describe(self)}: num_bins={num_bins} does not fit bin_boundaries={boundaries}.")
        if not 0 < epsilon < 1:
            raise ValueError(f"{describe(self)}: epsilon must be between 0 and 1, got {epsilon!r}.")
        self.bin_boundaries = boundaries
        self.num_bins = num_bins
        self.epsilon = epsilon
        self.output_mode = check_mode(self, output_mode, _MODES, sparse)
        self.sparse = sparse

    def adapt(self, data: Data) -> None:
        """Take the boundaries from data; those that were there are forgotten.

        Args:
            data: an array of numbers, or batches of arrays.

        Raises:
            ValueError: for a layer that was given its boundaries, and for no data.
        """
        if self.num_bins is None:
            raise ValueError(f"{describe(self)} was given bin_boundaries; adapt() needs num_bins instead.")
        values, weights = np.zeros(0), np.zeros(0)
        for batch in batches_of(data, f"{describe(self)}: adapt()"):
            more = _summary(batch, self.epsilon)
            values, weights = np.concatenate([values, more[0]]), np.concatenate([weights, more[1]])
            order = np.argsort(values, kind="stable")
            values, weights = values[order], weights[order]
            if len(values) > 4 / self.epsilon:
                values, weights = _compressed(values, weights, self.epsilon)
        if not len(values):
            raise ValueError(f"{describe(self)}: adapt() was given no data.")
        if self.num_bins < len(values):
            values = _compressed(values, weights, 1 / self.num_bins)[0][:-1]
        self.bin_boundaries = np.unique(values.astype("float32")).astype("float64").tolist()

    def call(self, inputs: Tensor) -> Tensor:
        if self.bin_boundaries is None:
            raise ValueError(f"{describe(self)} has no bins yet. Call adapt(data) before, or give bin_boundaries.")
        values = ops.cast(inputs, "float32")
        edges = ops.convert_to_tensor(np.array(self.bin_boundaries, "float32"))
        indices = ops.digitize(values, edges)
        if self.output_mode == "int":
            return ops.cast(indices, "int32")
        return encode(indices, self._depth(), self.output_mode, self.compute_dtype)

    def _depth(self) -> int:
        if self.num_bins is not None:
            return self.num_bins
        return len(self.bin_boundaries or ()) + 1

    def compute_output_shape(self, input_shape: Shape) -> Shape:
        if self.output_mode == "int":
            return tuple(input_shape)
        return encoded_shape(tuple(input_shape), self._depth(), self.output_mode)

    def get_config(self) -> dict[str, Any]:
        names = ("bin_boundaries", "num_bins", "epsilon", "output_mode", "sparse")
        config = {**super().get_config(), **config_of(self, *names)}
        del config["trainable"]  # which Keras 3's layer does not take: it has no weights
        return config


def _summary(values: np.ndarray, epsilon: float) -> tuple[np.ndarray, np.ndarray]:
    """About ``1 / epsilon`` of the sorted values, evenly apart, and how many values each stands for."""
    ordered = np.sort(values.astype("float64").ravel())
    ordered = ordered[~np.isnan(ordered)]
    step = max(int(len(ordered) * epsilon), 1)
    kept = ordered[int(len(ordered) * epsilon) :: step]
    return kept, np.full(len(kept), float(step))


def _compressed(values: np.ndarray, weights: np.ndarray, epsilon: float) -> tuple[np.ndarray, np.ndarray]:
    """Values at each share of ``epsilon`` of the weight, by linear interpolation, and the weight of each."""
    reached = weights.cumsum()
    shares = epsilon + np.arange(0.0, 1.0, epsilon)
    sums = np.interp(shares, reached / reached[-1], reached)
    return np.interp(shares, reached / reached[-1], values), np.diff(sums, prepend=0.0)
