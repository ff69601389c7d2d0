"""Weights that are kept as integers."""

from __future__ import annotations

import string
from typing import TYPE_CHECKING, Any, Self

import numpy as np
from keras_core import Operand, dtypes, ops

from keras_quantization.einsum_axes import product_with, spread

if TYPE_CHECKING:
    from collections.abc import Callable

    from keras_core import Variable
    from keras_core.typing import Tensor

    from keras_quantization.quantizer import Quantizer
    from keras_quantization.recipes import Recipe


class QuantizedWeight(Operand):
    """Stands for a weight of floats in ops, which multiply integers where they can and floats elsewhere.

    Args:
        shape: the weight's shape.
        dtype: the dtype that the layer computes in.
        recipe: along which axes it is quantized.
        quantizer: what quantizes the other factor of products; None leaves it in floats.
    """

    trainable = False
    constraint = None
    regularizer = None
    name = ""
    path = ""

    shape: tuple[int, ...]
    parts: dict[str, Variable]
    """The variables that hold it, by the names that `quantized` gives their arrays."""
    quantized: Callable[[np.ndarray], dict[str, np.ndarray]]
    """Gives the arrays for a weight of floats."""

    def __init__(self, shape: tuple[int, ...], dtype: str, recipe: Recipe, quantizer: Quantizer | None) -> None:
        self.shape = tuple(shape)
        self.dtype = dtype
        self.recipe = recipe
        self.quantizer = quantizer

    @property
    def ndim(self) -> int:
        return len(self.shape)

    def arrays_with(self, added: np.ndarray) -> list[tuple[Variable, np.ndarray]]:
        """The variables that hold it, with the arrays of the sum.

        Args:
            added: array in the weight's shape.
        """
        values = np.asarray(ops.convert_to_numpy(ops.cast(self.value, "float32")))
        found = self.quantized(values + added)
        return [
            (part, found[name].reshape(part.shape).astype(dtypes.numpy_dtype(part.dtype)))
            for name, part in self.parts.items()
        ]

    def rows(self, indices: Tensor) -> Tensor:
        """Rows of the weight in floats, as of a `Variable`.

        Args:
            indices: int tensor (...).
        """
        return ops.take(self.value, indices, 0)

    def integers_and_scale(self) -> tuple[Tensor, Tensor] | None:
        """The integers in the weight's shape, and by what to divide them along the axes that are not summed over.

        None where a product of integers alone cannot be divided by it.
        """
        return None

    def transposed(self) -> Self | None:
        """What stands for the transpose of a matrix, None where there is nothing but its value."""
        return None

    def in_dtype(self, dtype: str) -> Self | None:
        """What stands for this weight in another dtype.

        Args:
            dtype: the dtype.
        """
        return None

    def computed(self, op: str, arguments: list[Any]) -> Any:
        """What an op gives for this weight among its arguments; None leaves it to the op.

        Args:
            op: the op's name.
            arguments: all its arguments by position.
        """
        if self.recipe.inputs and self.quantizer is not None:
            found = product_with(self, op, arguments)
            if found is not None:
                return self._product(*found)
        if op == "take" and arguments[0] is self and arguments[2] == 0:
            return self.rows(arguments[1])
        if op == "transpose" and self.ndim == 2 and arguments[1] is None:
            return self.transposed()
        if op == "cast" and arguments[0] is self:
            return self.in_dtype(arguments[1])
        return None

    def _product(self, inputs: Tensor, letters: tuple[str, str, str]) -> Any:
        _, own, end = letters
        summed = tuple(axis for axis, letter in enumerate(own) if letter not in end)
        parts = self.integers_and_scale() if summed == self.recipe.summed else None
        return None if parts is None else quantized_einsum(letters, inputs, *parts, self)


def quantized_einsum(
    axes: tuple[str, str, str], inputs: Tensor, integers: Tensor, scale: Tensor, weight: QuantizedWeight
) -> Any:
    """The Einstein sum of inputs, which are quantized here, and of a weight's integers.

    The gradient by the inputs is that of the product with the weight's value, as if nothing was rounded.

    Args:
        axes: the letters of the inputs' axes, the weight's and the result's.
        inputs: tensor of floats.
        integers: int8 tensor.
        scale: by what the integers are divided, along the weight's axes that are not summed over.
        weight: what they are of.
    """
    start, letters, end = axes
    summed = "".join(letter for letter in letters if letter not in end)
    kept = "".join(letter for letter in letters if letter in end)

    @ops.custom_gradient
    def product(x: Tensor) -> Any:
        assert weight.quantizer is not None
        x_integers, x_scale = weight.quantizer(x, axis=tuple(start.index(one) for one in summed))
        found = ops.cast(_integer_einsum(axes, x_integers, integers), "float32")
        free = "".join(one for one in start if one not in summed)
        x_scale = ops.squeeze(x_scale, tuple(start.index(one) for one in summed))
        both = ops.multiply(spread(ops.cast(x_scale, "float32"), free, end), spread(scale, kept, end))
        result = ops.cast(ops.divide(found, both), weight.dtype)

        def gradient(upstream: Tensor) -> Tensor:
            return ops.cast(ops.einsum(f"{end},{letters}->{start}", upstream, weight.value), ops.dtype(x))

        return result, gradient

    return product(inputs)


def _integer_einsum(letters: tuple[str, str, str], x: Tensor, integers: Tensor) -> Tensor:
    start, weight, end = letters
    as_matrix = weight[0] == start[-1] and end == start[:-1] + weight[1:]
    if not as_matrix:  # sums of up to 1040 products are exact in float32
        return ops.einsum(f"{start},{weight}->{end}", ops.cast(x, "float32"), ops.cast(integers, "float32"))
    if len(weight) == 2:
        return ops.int8_matmul(x, integers)
    sizes = ops.shape(integers)
    product = ops.int8_matmul(x, ops.reshape(integers, (sizes[0], -1)))
    return ops.reshape(product, (*ops.shape(x)[:-1], *sizes[1:]))


class Int8Weight(QuantizedWeight):
    """A weight of 8 bits with a scale for each index of the axes that are not summed over.

    Args:
        integers: int8 variable, or tensor.
        scale: float variable, by what they are divided, in the layout that files have.
        dtype: the dtype that the layer computes in.
        recipe: along which axes it is quantized.
        quantizer: what quantizes the other factor of products; None leaves it in floats.
    """

    def __init__(self, integers: Any, scale: Any, dtype: str, recipe: Recipe, quantizer: Quantizer | None) -> None:
        super().__init__(tuple(integers.shape), dtype, recipe, quantizer)
        self.integers = integers
        self.scale = scale

    def _compact_scale(self) -> Tensor:
        """The scale along the axes that are not summed over, in the weight's order, in float32."""
        along = [axis for axis in self.recipe.layout if axis is not None]
        sizes = tuple(self.shape[axis] for axis in along)
        scale = ops.cast(self.scale, "float32")
        scale = scale if tuple(self.scale.shape) == sizes else ops.reshape(scale, sizes)
        order = sorted(range(len(along)), key=along.__getitem__)
        return scale if order == list(range(len(along))) else ops.transpose(scale, order)

    def integers_and_scale(self) -> tuple[Tensor, Tensor]:
        """The integers, and by what to divide them along the axes that are not summed over."""
        return ops.convert_to_tensor(self.integers), self._compact_scale()

    @property
    def value(self) -> Tensor:
        """The weight in floats."""
        letters = string.ascii_lowercase[: self.ndim]
        kept = "".join(letter for axis, letter in enumerate(letters) if axis not in self.recipe.summed)
        scale = spread(self._compact_scale(), kept, letters)
        return ops.cast(ops.divide(ops.cast(self.integers, "float32"), scale), self.dtype)

    def rows(self, indices: Tensor) -> Tensor:
        """Rows of the weight in floats, as of a `Variable`.

        Args:
            indices: int tensor (...).
        """
        if self.recipe.summed != (1,):
            return super().rows(indices)
        found = ops.take(self.integers, indices, 0)
        scale = ops.expand_dims(ops.take(self.scale, indices, 0), -1)
        return ops.cast(ops.divide(ops.cast(found, "float32"), ops.cast(scale, "float32")), self.dtype)

    def transposed(self) -> Int8Weight:
        """What stands for the transpose of a matrix."""
        recipe = self.recipe._replace(
            summed=tuple(1 - axis for axis in self.recipe.summed),
            layout=tuple(None if axis is None else 1 - axis for axis in self.recipe.layout),
        )
        return Int8Weight(ops.transpose(self.integers), self.scale, self.dtype, recipe, self.quantizer)

    def in_dtype(self, dtype: str) -> Int8Weight:
        """What stands for this weight in another dtype.

        Args:
            dtype: the dtype.
        """
        return Int8Weight(self.integers, self.scale, dtype, self.recipe, self.quantizer)
