"""Training that knows of quantization: weights and inputs are rounded as integers would be."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from keras_core import ops

from keras_quantization.abs_max_quantizer import AbsMaxQuantizer
from keras_quantization.einsum_axes import multiplied, product_with
from keras_quantization.float_weight import FloatWeight
from keras_quantization.int4_weight import matrix_axes
from keras_quantization.quantization_config import Int4QuantizationConfig, QuantizationConfig
from keras_quantization.straight_through import straight_through
from keras_quantization.zero_points import INT4

if TYPE_CHECKING:
    from keras_core import Layer, Variable
    from keras_core.typing import Tensor

    from keras_quantization.quantizer import Quantizer
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
        quantizer = self.config.weight_quantizer or AbsMaxQuantizer()
        return straight_through(lambda x: _rounded(x, self.recipe.summed, quantizer), self.weight)

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
        found = product_with(self, op, arguments)
        if found is None:
            return None
        inputs, letters = found
        start, _, end = letters
        summed = tuple(axis for axis, letter in enumerate(start) if letter not in end)
        quantizer = self.config.activation_quantizer
        return multiplied(letters, straight_through(lambda x: _rounded(x, summed, quantizer), inputs), self.value)

    def _in_4_bits(self, x: Tensor) -> Tensor:
        assert isinstance(self.config, Int4QuantizationConfig)
        block = self.config.blocks
        _, axis = matrix_axes(self.recipe, len(self.shape))
        rows = math.prod(self.shape[one] for one in self.recipe.summed)
        columns = math.prod(self.shape) // rows
        matrix = ops.transpose(x) if axis else ops.reshape(x, (rows, columns))
        if block is None:
            found = _rounded(matrix, (0,), self.config.weight_quantizer or AbsMaxQuantizer(value_range=INT4))
        else:
            found = _in_groups(matrix, rows, columns, block)
        return ops.transpose(found) if axis else ops.reshape(found, self.shape)


def end_fake(layer: Layer) -> None:
    """Let a layer have its weights of floats again, where they are rounded in training.

    Args:
        layer: the layer.
    """
    for attribute, found in list(vars(layer).items()):
        if isinstance(found, FakeQuantizedWeight):
            vars(layer)[attribute] = found.weight
            layer.note_change()


def _rounded(x: Tensor, axes: tuple[int, ...], quantizer: Quantizer) -> Tensor:
    integers, scale = quantizer(x, axis=axes)
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
