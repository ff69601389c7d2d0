"""Weights of 4 bits."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from keras_core import ops

from keras_quantization.int4_packing import unpack_int4
from keras_quantization.quantized_weight import QuantizedWeight

if TYPE_CHECKING:
    from keras_core.typing import Tensor

    from keras_quantization.quantizer import Quantizer
    from keras_quantization.recipes import Recipe


class Int4Weight(QuantizedWeight):
    """A weight of 4 bits, which is kept as a matrix of bytes that hold two neighbours each.

    Args:
        packed: int8 variable, a matrix of the axes that are summed over and of the others, see `matrix_axes`.
        scale: float variable. Without zero points what integers are divided by, one for each index of the axes that
            are not summed over; with them what they are multiplied by, one for each group, too.
        zero: variable of what is subtracted before; None for none.
        block: how many indices that are summed over make a group; None where there are no groups.
        shape: the weight's shape.
        dtype: the dtype that the layer computes in.
        recipe: along which axes it is quantized.
        quantizer: what quantizes the other factor of products; None leaves it in floats.
    """

    def __init__(
        self,
        packed: Any,
        scale: Any,
        zero: Any,
        block: int | None,
        shape: tuple[int, ...],
        dtype: str,
        recipe: Recipe,
        quantizer: Quantizer | None,
    ) -> None:
        super().__init__(shape, dtype, recipe, quantizer)
        self.packed = packed
        self.scale = scale
        self.zero = zero
        self.block = block

    @property
    def value(self) -> Tensor:
        """The weight in floats."""
        integers = self._unpacked(self.packed)
        if self.zero is None:
            scale = ops.expand_dims(ops.cast(self.scale, "float32"), self._summed_axis)
            matrix = ops.divide(ops.cast(integers, "float32"), scale)
        else:
            matrix = self._in_floats(integers, self.scale, self.zero)
        return ops.cast(self._as_weight(matrix), self.dtype)

    def computed(self, op: str, arguments: list[Any]) -> Any:
        """What an op gives for this weight among its arguments; None leaves it to the op.

        Args:
            op: the op's name.
            arguments: all its arguments by position.
        """
        plain = self.zero is not None and self.ndim == 2 and self.recipe.summed == (0,) and packing_axis(self.recipe)
        if op == "matmul" and plain and arguments[1] is self and self._whole_groups:
            return self._product_by_halves(arguments[0])
        return super().computed(op, arguments)

    @property
    def _whole_groups(self) -> bool:
        """Whether all groups have as many rows, and bytes two columns."""
        block = min(self.block or 0, self.shape[0])
        return block > 0 and self.shape[0] % block == 0 and self.shape[1] % 2 == 0

    def _product_by_halves(self, inputs: Any) -> Tensor:
        """Inputs times the weight: the integers of either half of the bytes, and what makes floats of it afterwards."""
        rows, columns = self.shape
        groups = self.scale.shape[0]
        given = ops.shape(inputs)
        x = ops.reshape(ops.cast(inputs, "float32"), (*given[:-1], groups, rows // groups))
        four = ops.cast(4, "int8")
        halves = (ops.right_shift(ops.left_shift(self.packed, four), four), ops.right_shift(self.packed, four))
        parts = []
        for half in halves:
            matrix = ops.reshape(ops.cast(half, "float32"), (groups, rows // groups, columns // 2))
            parts.append(ops.einsum("...gk,gkn->...gn", x, matrix))
        products = ops.reshape(ops.stack(parts, -1), (*given[:-1], groups, columns))
        shifted = ops.multiply(ops.sum(x, axis=-1, keepdims=True), ops.cast(self.zero, "float32"))
        scaled = ops.multiply(ops.subtract(products, shifted), ops.cast(self.scale, "float32"))
        return ops.cast(ops.sum(scaled, axis=-2), self.dtype)

    def integers_and_scale(self) -> tuple[Tensor, Tensor] | None:
        """The integers, and by what to divide them; None where they have groups, or scales of several outputs."""
        order, _ = matrix_axes(self.recipe, self.ndim)
        if self.zero is not None or order != list(range(self.ndim)):  # else scales are not of one output each
            return None
        kept = [size for axis, size in enumerate(self.shape) if axis not in self.recipe.summed]
        scale = ops.reshape(ops.cast(self.scale, "float32"), kept)
        return self._as_weight(self._unpacked(self.packed)), scale

    def rows(self, indices: Tensor) -> Tensor:
        """Rows of the weight in floats, as of a `Variable`.

        Args:
            indices: int tensor (...).
        """
        if self._summed_axis != 1:
            return super().rows(indices)
        flat = ops.reshape(indices, (-1,))
        integers = self._unpacked(ops.take(self.packed, flat, 0))
        if self.zero is None:
            scale = ops.expand_dims(ops.cast(ops.take(self.scale, flat, 0), "float32"), 1)
            found = ops.divide(ops.cast(integers, "float32"), scale)
        else:
            found = self._in_floats(integers, ops.take(self.scale, flat, 0), ops.take(self.zero, flat, 0))
        shaped = ops.reshape(found, (*ops.shape(indices), self.shape[1]))
        return ops.cast(shaped, self.dtype)

    def in_dtype(self, dtype: str) -> Int4Weight:
        """What stands for this weight in another dtype.

        Args:
            dtype: the dtype.
        """
        return Int4Weight(
            self.packed, self.scale, self.zero, self.block, self.shape, dtype, self.recipe, self.quantizer
        )

    @property
    def _summed_axis(self) -> int:
        """Which axis of the matrix is summed over."""
        return matrix_axes(self.recipe, len(self.shape))[1]

    def _unpacked(self, packed: Tensor) -> Tensor:
        axis = packing_axis(self.recipe)
        order, _ = matrix_axes(self.recipe, len(self.shape))
        rows, columns = _matrix_shape(self.shape, order, self.recipe)
        return unpack_int4(packed, columns if axis else rows, axis)

    def _in_floats(self, integers: Tensor, scale: Any, zero: Any) -> Tensor:
        """The matrix, or rows of it, with a scale and a zero point for each group."""
        axis = self._summed_axis
        size, block = integers.shape[axis], self.block
        assert block is not None

        def spread(groups: Any) -> Tensor:
            groups = ops.cast(groups, "float32")
            if groups.shape[axis] == 1:
                return groups
            whole = ops.repeat(groups, block, axis)
            return whole[:size] if axis == 0 else whole[:, :size]

        return ops.multiply(ops.subtract(ops.cast(integers, "float32"), spread(zero)), spread(scale))

    def _as_weight(self, matrix: Tensor) -> Tensor:
        """The matrix in the weight's shape: its numbers in their order, as in files of Keras 3."""
        return matrix if len(self.shape) == 2 and tuple(matrix.shape) == self.shape else ops.reshape(matrix, self.shape)


def packing_axis(recipe: Recipe) -> int:
    """Which axis of the matrix has two neighbours in a byte.

    Args:
        recipe: how the weight is quantized.
    """
    return 0 if recipe.attribute == "reverse_embeddings" else 1


def matrix_axes(recipe: Recipe, rank: int) -> tuple[list[int], int]:
    """In which order a weight's axes make the matrix that is packed, and which axis of that is summed over.

    Those that are summed over are the rows, except in a table of which rows are looked up.

    Args:
        recipe: how the weight is quantized.
        rank: the weight's number of axes.
    """
    kept = [axis for axis in range(rank) if axis not in recipe.summed]
    if recipe.summed == (1,) and rank == 2 and recipe.beside:
        return [0, 1], 1
    return [*recipe.summed, *kept], 0


def _matrix_shape(shape: tuple[int, ...], order: list[int], recipe: Recipe) -> tuple[int, int]:
    if order == [0, 1]:
        return shape[0], shape[1]
    rows = math.prod(shape[axis] for axis in recipe.summed)
    return rows, math.prod(shape) // rows
