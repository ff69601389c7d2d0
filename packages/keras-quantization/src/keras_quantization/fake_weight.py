"""Training that knows of quantization: weights and inputs are rounded as integers would be."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from keras_core import ops

from keras_quantization.abs_max import abs_max_quantize
from keras_quantization.einsum_axes import letters_of
from keras_quantization.float_weight import FloatWeight
from keras_quantization.int4_weight import matrix_axes
from keras_quantization.quantization_config import Int4QuantizationConfig, QuantizationConfig
from keras_quantization.straight_through import straight_through
from keras_quantization.zero_points import INT4

if TYPE_CHECKING:
    from keras_core import Variable
    from keras_core.typing import Tensor

    from keras_quantization.recipes import Recipe


class FakeQuantizedWeight(FloatWeight):
    """A weight of floats that is rounded where it is used, and trained as if it was not.

    Args:
        weight: the variable.
        recipe: along which axes it will be quantized.
        config: how.

    Reference: Jacob et al., 2018, https://arxiv.org/abs/1712.05877
    """

    def __init__(self, weight: Variable, recipe: Recipe, config: QuantizationConfig) -> None:
        super().__init__(weight)
        self.recipe = recipe
        self.config = config

    @property
    def value(self) -> Tensor:
        """The weight, rounded."""
        if isinstance(self.config, Int4QuantizationConfig):
            return straight_through(self._in_4_bits, ops.convert_to_tensor(self.weight))
        return straight_through(lambda x: _rounded(x, self.recipe.summed, (-127, 127)), self.weight)

    def rows(self, indices: Tensor) -> Tensor:
        """Rows of the weight, as of a `Variable`.

        Args:
            indices: int tensor (...).
        """
        return ops.take(self.value, indices, 0)

    def computed(self, op: str, arguments: list[Any]) -> Any:
        """What an op gives for this weight among its arguments; None leaves it to the op.

        Args:
            op: the op's name.
            arguments: all its arguments by position.
        """
        if self.config.activation_quantizer is None or not self.recipe.inputs:
            return None
        if op == "matmul" and arguments[1] is self:
            return ops.matmul(self._inputs(arguments[0], (-1,)), self.value)
        if op == "contract" and len(arguments[1]) == 2 and arguments[1][1] is self:
            start, _, end = letters_of(arguments[0], len(ops.shape(arguments[1][0])))
            summed = tuple(axis for axis, letter in enumerate(start) if letter not in end)
            return ops.einsum(arguments[0], self._inputs(arguments[1][0], summed), self.value)
        return None

    def _inputs(self, x: Any, axes: tuple[int, ...]) -> Tensor:
        quantizer = self.config.activation_quantizer
        assert quantizer is not None

        def rounding(value: Tensor) -> Tensor:
            integers, scale = quantizer(value, axis=axes)
            return ops.divide(ops.cast(integers, ops.dtype(value)), scale)

        return straight_through(rounding, x)

    def _in_4_bits(self, x: Tensor) -> Tensor:
        assert isinstance(self.config, Int4QuantizationConfig)
        block = self.config.blocks
        _, axis = matrix_axes(self.recipe, len(self.shape))
        rows = math.prod(self.shape[one] for one in self.recipe.summed)
        columns = math.prod(self.shape) // rows
        matrix = ops.transpose(x) if axis else ops.reshape(x, (rows, columns))
        found = _rounded(matrix, (0,), INT4) if block is None else _in_groups(matrix, rows, columns, block)
        return ops.transpose(found) if axis else ops.reshape(found, self.shape)


def _rounded(x: Tensor, axes: tuple[int, ...], value_range: tuple[int, int]) -> Tensor:
    integers, scale = abs_max_quantize(x, axes, value_range)
    return ops.divide(ops.cast(integers, ops.dtype(x)), scale)


def _in_groups(matrix: Tensor, rows: int, columns: int, block: int) -> Tensor:
    """A matrix rounded as `grouped_with_zero_point` does it, with ranges that include 0."""
    groups = -(-rows // block)
    padded = ops.pad(matrix, ((0, groups * block - rows), (0, 0)))
    parts = ops.reshape(padded, (groups, block, columns))
    low, high = INT4
    lowest = ops.minimum(ops.min(parts, axis=1, keepdims=True), 0)
    highest = ops.maximum(ops.max(parts, axis=1, keepdims=True), 0)
    alike = ops.equal(lowest, highest)
    scale = ops.where(alike, 1.0, ops.divide(ops.subtract(highest, lowest), high - low))
    zero = ops.clip(ops.round(ops.subtract(low, ops.divide(lowest, scale))), low, high)
    integers = ops.clip(ops.add(ops.round(ops.divide(parts, scale)), zero), low, high)
    whole = ops.multiply(ops.subtract(integers, zero), scale)
    return ops.reshape(whole, (groups * block, columns))[:rows]
