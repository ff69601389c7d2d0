"""Weights that GPTQ and AWQ have rounded."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from keras_core import ops

from keras_quantization.int4_packing import unpack_int4
from keras_quantization.quantized_weight import QuantizedWeight

if TYPE_CHECKING:
    from keras_core.typing import Tensor

    from keras_quantization.recipes import Recipe


class GroupedWeight(QuantizedWeight):
    """A weight of few bits with groups that need not be neighbours, which is multiplied in floats.

    Args:
        integers: uint8 variable (outputs, inputs); of 4 bits two outputs are in a byte.
        scale: float variable (outputs, groups).
        zero: uint8 variable (outputs, groups).
        groups: float variable (inputs,), whole numbers.
        input_scale: float variable (inputs,), by what inputs were multiplied before; None for nothing.
        bits: of an integer.
        shape: the weight's shape.
        dtype: the dtype that the layer computes in.
        recipe: along which axes it is quantized.
    """

    def __init__(
        self,
        integers: Any,
        scale: Any,
        zero: Any,
        groups: Any,
        input_scale: Any,
        bits: int,
        shape: tuple[int, ...],
        dtype: str,
        recipe: Recipe,
    ) -> None:
        super().__init__(shape, dtype, recipe, None)
        self.integers, self.scale, self.zero, self.groups = integers, scale, zero, groups
        self.input_scale = input_scale
        self.bits = bits

    @property
    def value(self) -> Tensor:
        """The weight in floats."""
        outputs = self.scale.shape[0]
        integers = unpack_int4(self.integers, outputs, 0, "uint8") if self.bits == 4 else self.integers
        places = ops.cast(self.groups, "int32")
        zero, scale = (ops.take(ops.cast(one, "float32"), places, 1) for one in (self.zero, self.scale))
        turned = ops.multiply(ops.subtract(ops.cast(integers, "float32"), zero), scale)
        if self.input_scale is not None:
            turned = ops.divide(turned, ops.cast(self.input_scale, "float32"))
        order = [*(axis for axis in range(self.ndim) if axis not in self.recipe.summed), *self.recipe.summed]
        whole = ops.reshape(turned, tuple(self.shape[axis] for axis in order))
        return ops.cast(ops.transpose(whole, [order.index(axis) for axis in range(self.ndim)]), self.dtype)
