"""UnitNormalization: each example divided by its L2 norm."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from keras_core import ops
from keras_core.plain_arguments import listed

from keras_layers.checks import describe
from keras_layers.elementwise import Elementwise

if TYPE_CHECKING:
    from collections.abc import Sequence

    from keras_core.typing import Shape, Tensor


class UnitNormalization(Elementwise):
    """Divides by the L2 norm along axes, so that the squares sum to one; zeros stay zeros.

    Args:
        axis: axis, or axes, that are normalized together. Defaults to -1.
        **kwargs: `name`, `dtype`, `trainable` and the other arguments of `Layer`.

    Input shape:
        Any shape ``(batch, ...)``.

    Output shape:
        Same shape as the input.

    Raises:
        ValueError: if `axis` is no int or list of ints, or the input has no such axis.

    Example:
        >>> import numpy as np
        >>> from keras_layers import UnitNormalization
        >>> np.asarray(UnitNormalization()(np.array([[3.0, 4.0]], "float32"))).round(6).tolist()
        [[0.6000000238418579, 0.800000011920929]]
    """

    def __init__(self, axis: int | Sequence[int] = -1, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        axes: list[Any] = list(axis) if isinstance(axis := listed(axis), (list, tuple)) else [axis]
        if not axes or not all(isinstance(one, int) and not isinstance(one, bool) for one in axes):
            raise ValueError(f"{describe(self)}: axis must be an integer or a list of integers, got {axis!r}.")
        self.axis: int | list[int] = axis if isinstance(axis, int) else axes

    def build(self, input_shape: Shape) -> None:
        axes = [self.axis] if isinstance(self.axis, int) else self.axis
        rank = len(input_shape)
        if any(not -rank <= axis < rank for axis in axes):
            raise ValueError(
                f"{describe(self)}: axis {self.axis} is out of range for an input of shape {tuple(input_shape)}."
            )

    def call(self, inputs: Tensor) -> Tensor:
        axes = self.axis if isinstance(self.axis, int) else tuple(self.axis)
        squares = ops.sum(ops.square(inputs), axis=axes, keepdims=True)
        return ops.multiply(inputs, ops.rsqrt(ops.maximum(squares, 1e-12)))

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "axis": self.axis}
