"""Softmax: normalized exponentials."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from keras_core import ops

from keras_layers.checks import fitting_mask
from keras_layers.elementwise import Elementwise
from keras_layers.shapes import static_shape

if TYPE_CHECKING:
    from keras_core.typing import Tensor

_MINUS_MUCH = -3e4  # exp() of it is zero in every float type, float16 included


class Softmax(Elementwise):
    """Softmax: ``exp(x) / sum(exp(x))`` along one axis, or over several axes together.

    Args:
        axis: axis, or list of axes, over which the output sums to 1. Defaults to -1.
        **kwargs: `name`, `dtype`, `trainable` and the other arguments of `Layer`.

    Call arguments:
        inputs: the logits.
        mask: booleans of the input's shape, or with sizes of 1 that broadcast to it. Positions where it is False are 0
            in the output, and the others sum to 1; where none is True all are 0.

    Input shape:
        Any shape.

    Output shape:
        Same shape as the input.

    Raises:
        ValueError: if the mask has another shape, such as one of time steps for logits with features.

    Example:
        >>> import numpy as np
        >>> from keras_layers import Softmax
        >>> np.asarray(Softmax()(np.zeros((1, 4), "float32"))).tolist()
        [[0.25, 0.25, 0.25, 0.25]]
    """

    def __init__(self, axis: int | list[int] | tuple[int, ...] = -1, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.axis = list(axis) if isinstance(axis, (list, tuple)) else axis

    def call(self, inputs: Tensor, mask: Tensor | None = None) -> Tensor:
        if mask is not None:
            sizes = static_shape(mask)
            wanted = (1 if size == 1 else of for size, of in zip(sizes, static_shape(inputs), strict=False))
            fitting_mask(self, sizes, (*wanted, *static_shape(inputs)[len(sizes) :]))
            inputs = ops.where(mask, inputs, _MINUS_MUCH)
        outputs = self._softmax(inputs)
        return outputs if mask is None else ops.multiply(outputs, ops.cast(mask, ops.dtype(outputs)))

    def _softmax(self, inputs: Tensor) -> Tensor:
        if not isinstance(self.axis, list):
            return ops.softmax(inputs, axis=self.axis)
        if len(self.axis) == 1:
            return ops.softmax(inputs, axis=self.axis[0])
        return ops.exp(ops.subtract(inputs, ops.logsumexp(inputs, axis=tuple(self.axis), keepdims=True)))

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "axis": self.axis}
