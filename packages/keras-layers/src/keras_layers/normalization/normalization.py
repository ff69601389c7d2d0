"""Normalization: features shifted and scaled by what data showed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from keras_core import config, ops
from keras_core.data_utils import batches_of
from keras_core.plain_arguments import listed

from keras_layers.checks import describe, known_axis
from keras_layers.elementwise import Elementwise
from keras_layers.shapes import is_symbolic

if TYPE_CHECKING:
    from collections.abc import Sequence

    from keras_core.typing import ArrayLike, Data, Shape, Tensor


class Normalization(Elementwise):
    """``(x - mean) / sqrt(variance)`` with means and variances that `adapt` finds, or that are given.

    Weights are `mean`, `variance` and `count`, none of them trainable; there are none where mean and variance are
    given.

    Args:
        axis: axis, or axes, that keep a mean and variance of their own for each index; None for one of all values.
            Defaults to -1.
        mean: the mean, a number or an array that fits the kept axes; None lets `adapt` find it. Defaults to None.
        variance: the variance, likewise; both or none are given. Defaults to None.
        invert: whether to compute ``x * sqrt(variance) + mean`` instead. Defaults to False.
        **kwargs: `name`, `dtype`, `trainable` and the other arguments of `Layer`.

    Input shape:
        Any shape ``(batch, ...)`` whose kept axes are of known size.

    Output shape:
        Same shape as the input.

    Raises:
        ValueError: for a mean without a variance, and kept axes of unknown size.

    Example:
        >>> import numpy as np
        >>> from keras_layers import Normalization
        >>> layer = Normalization()
        >>> layer.adapt(np.array([[1.0], [3.0]]))
        >>> np.asarray(layer(np.array([[1.0], [2.0], [5.0]], "float32"))).ravel().tolist()
        [-1.0, 0.0, 3.0]
    """

    def __init__(
        self,
        axis: int | Sequence[int] | None = -1,
        mean: ArrayLike = None,
        variance: ArrayLike = None,
        invert: bool = False,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        if (mean is None) != (variance is None):
            raise ValueError(f"{describe(self)}: mean and variance are given together; got {mean!r} and {variance!r}.")
        axis = listed(axis)
        self.axis = axis if axis is None or isinstance(axis, int) else tuple(axis)
        self.input_mean = listed(mean)
        self.input_variance = listed(variance)
        self.invert = invert

    def build(self, input_shape: Shape) -> None:
        rank = len(input_shape)
        given = () if self.axis is None else (self.axis,) if isinstance(self.axis, int) else self.axis
        self._kept = tuple(sorted(known % rank for known in given if self._checked(known, rank)))
        shape = tuple(known_axis(self, input_shape, axis, "a kept axis") for axis in self._kept)
        sizes = dict(zip(self._kept, shape, strict=True))
        self._aligned = tuple(sizes.get(axis, 1) for axis in range(rank))
        if self.input_mean is None:
            options = {"trainable": False, "autocast": False}
            self.adapt_mean = self.add_weight(shape, "zeros", name="mean", **options)
            self.adapt_variance = self.add_weight(shape, "ones", name="variance", **options)
            self.count = self.add_weight((), "zeros", "int32", name="count", **options)

    def _checked(self, axis: int, rank: int) -> bool:
        if not -rank <= axis < rank:
            raise ValueError(f"{describe(self)}: axis {axis} is none of an input with {rank} axes.")
        if axis % rank == 0:
            raise ValueError(f"{describe(self)}: axis 0 is that of the batch and cannot keep a mean of its own.")
        return True

    @property
    def mean(self) -> Tensor:
        """The mean, shaped to fit the input; None before the layer is built."""
        return self._shaped(self.input_mean, "adapt_mean")

    @property
    def variance(self) -> Tensor:
        """The variance, shaped to fit the input; None before the layer is built."""
        return self._shaped(self.input_variance, "adapt_variance")

    def _shaped(self, given: Any, weight: str) -> Tensor:
        if not self.built:
            return None
        if given is None:
            return ops.reshape(getattr(self, weight), self._aligned)
        array = np.asarray(given, "float32")
        if array.ndim:
            array = np.broadcast_to(array, self._sizes()).reshape(self._aligned)
        return ops.convert_to_tensor(array)

    def _sizes(self) -> tuple[int, ...]:
        return tuple(self._aligned[axis] for axis in self._kept) or (1,)

    def adapt(self, data: Data) -> None:
        """Take mean and variance from data; what was found before is forgotten.

        Args:
            data: an array, or batches of arrays, of the shape that the layer is called on.

        Raises:
            ValueError: where mean and variance were given, and for no data.
        """
        if self.input_mean is not None:
            raise ValueError(f"{describe(self)} was given mean and variance, so that there is nothing to adapt.")
        count = 0
        mean: Any = 0.0
        squares: Any = 0.0
        for batch in batches_of(data, f"{describe(self)}: adapt()"):
            values = batch.astype("float64")
            if values.ndim == 1:
                values = values[:, None]
            if not self.built:
                self.build((None, *values.shape[1:]))
            others = tuple(axis for axis in range(values.ndim) if axis not in self._kept)
            number = int(np.prod([values.shape[axis] for axis in others]))
            if not number:
                continue
            batch_mean = values.mean(others)
            apart = batch_mean - mean
            squares = squares + values.var(others) * number + apart**2 * (count * number / (count + number))
            mean = mean + apart * (number / (count + number))
            count += number
        if not count:
            raise ValueError(f"{describe(self)}: adapt() was given no data.")
        self.adapt_mean.assign(np.asarray(mean, "float32"))
        self.adapt_variance.assign(np.asarray(squares / count, "float32"))
        self.count.assign(np.int32(min(count, 2**31 - 1)))

    def call(self, inputs: Tensor) -> Tensor:
        dtype = self.compute_dtype
        if is_symbolic(inputs):  # only shape and dtype count, and reading the weights would need the backend
            return ops.cast(inputs, dtype)
        x = ops.cast(inputs, "float32") if dtype in ("float16", "bfloat16") else ops.cast(inputs, dtype)
        mean, variance = ops.cast(self.mean, ops.dtype(x)), ops.cast(self.variance, ops.dtype(x))
        deviation = ops.maximum(ops.sqrt(variance), config.epsilon())
        if self.invert:
            return ops.cast(ops.add(mean, ops.multiply(x, deviation)), dtype)
        return ops.cast(ops.divide(ops.subtract(x, mean), deviation), dtype)

    def get_config(self) -> dict[str, Any]:
        return {
            **super().get_config(),
            "axis": self.axis,
            "mean": self.input_mean,
            "variance": self.input_variance,
            "invert": self.invert,
        }
