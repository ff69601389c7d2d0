"""Symmetric quantization as an object."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from keras_quantization.abs_max import NARROW, abs_max_quantize
from keras_quantization.quantizer import Quantizer

if TYPE_CHECKING:
    from collections.abc import Sequence

    from keras_core.typing import Tensor


class AbsMaxQuantizer(Quantizer):
    """Integers whose largest magnitude stands for the largest one of the tensor, see `abs_max_quantize`.

    Args:
        axis: the axes that share a scale, an int or several; None leaves it to the call. Defaults to None.
        value_range: the lowest and the highest integer. Defaults to (-127, 127).
        epsilon: is added to the largest magnitude, which may be 0. Defaults to 1e-07.
        output_dtype: dtype of the integers. Defaults to "int8".

    Raises:
        ValueError: if `value_range` are not two numbers, the first one below the second.

    Example:
        >>> import numpy as np
        >>> from keras_core import ops
        >>> integers, scale = AbsMaxQuantizer(axis=-1)(np.array([[0.25, -1.0]], "float32"))
        >>> ops.convert_to_numpy(integers).tolist()
        [[32, -127]]
    """

    written_in = "keras.quantizers"

    def __init__(
        self,
        axis: int | Sequence[int] | None = None,
        value_range: Sequence[float] = NARROW,
        epsilon: float = 1e-07,
        output_dtype: str = "int8",
    ) -> None:
        super().__init__(output_dtype)
        self.axis = axis if axis is None else (axis,) if isinstance(axis, int) else tuple(axis)
        if len(value_range) != 2 or not value_range[0] < value_range[1]:
            raise ValueError(f"AbsMaxQuantizer: value_range must be (lowest, highest), got {value_range!r}.")
        self.value_range = (value_range[0], value_range[1])
        self.epsilon = epsilon

    def __call__(
        self, x: Tensor, axis: int | tuple[int, ...] | None = None, to_numpy: bool = False
    ) -> tuple[Tensor, Tensor]:
        """Integers and the scale by which they were multiplied.

        Args:
            x: tensor of floats.
            axis: in place of the one that was given at the beginning. Defaults to None.
            to_numpy: whether to compute on the host. Defaults to False.
        """
        axes = self.axis if axis is None else axis
        return abs_max_quantize(x, axes, self.value_range, self.output_dtype, self.epsilon, to_numpy)

    def get_config(self) -> dict[str, Any]:
        """The arguments of `__init__`, for files."""
        config = {"value_range": self.value_range, "epsilon": self.epsilon, "output_dtype": self.output_dtype}
        return config if self.axis is None else {**config, "axis": self.axis}
