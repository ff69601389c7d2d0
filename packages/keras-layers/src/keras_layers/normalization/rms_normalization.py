"""RMSNormalization: each example divided by the root mean square of its features."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from keras_core import InputSpec, ops
from keras_core.plain_arguments import listed

from keras_layers.checks import known_axis
from keras_layers.elementwise import Elementwise

if TYPE_CHECKING:
    from collections.abc import Sequence

    from keras_core.typing import Shape, Tensor


class RMSNormalization(Elementwise):
    """Root mean square normalization: ``scale * x / sqrt(mean(x ** 2) + epsilon)`` over axes of each example.

    The only weight is `scale`, with the sizes of the normalized axes in order, which begins as ones.

    Args:
        axis: axis, or axes, over which the mean is computed. Defaults to -1.
        epsilon: small number added to the mean. Defaults to 1e-6.
        **kwargs: `name`, `dtype`, `trainable` and the other arguments of `Layer`.

    Input shape:
        Any shape ``(batch, ...)`` whose normalized axes are of known size.

    Output shape:
        Same shape as the input.

    Raises:
        ValueError: if the size of a normalized axis is unknown or differs from that at building.

    Example:
        >>> import numpy as np
        >>> from keras_layers import RMSNormalization
        >>> np.asarray(RMSNormalization(epsilon=0.0)(np.array([[3.0, 3.0]], "float32"))).tolist()
        [[1.0, 1.0]]

    Reference: Zhang and Sennrich, 2019, https://arxiv.org/abs/1910.07467
    """

    def __init__(self, axis: int | Sequence[int] = -1, epsilon: float = 1e-6, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        axis = listed(axis)
        self.axis = axis if isinstance(axis, int) else list(axis)
        self.epsilon = epsilon

    def build(self, input_shape: Shape) -> None:
        rank = len(input_shape)
        sizes: dict[int, int | None] = {
            axis % rank: known_axis(self, input_shape, axis, "a normalized axis") for axis in self._axes()
        }
        shape = tuple(sizes[axis] for axis in sorted(sizes))
        self.scale = self.add_weight(shape=shape, initializer="ones", name="scale")
        self.input_spec = InputSpec(ndim=rank, axes=sizes)

    def _axes(self) -> list[int]:
        return [self.axis] if isinstance(self.axis, int) else self.axis

    def call(self, inputs: Tensor) -> Tensor:
        dtype = ops.dtype(inputs)
        x = ops.cast(inputs, "float32") if dtype in ("float16", "bfloat16") else inputs
        axes = tuple(sorted(axis % ops.ndim(x) for axis in self._axes()))
        return ops.cast(ops.rms_normalization(x, self.scale, axes, self.epsilon), dtype)

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "axis": self.axis, "epsilon": self.epsilon}
