"""EinsumDense: a dense layer given by an Einstein sum."""

from __future__ import annotations

import re
import string
from typing import TYPE_CHECKING, Any, NamedTuple

from keras_core import activations, ops

from keras_layers.activation_attribute import ActivationAttribute
from keras_layers.checks import describe
from keras_layers.low_rank import AdaptedWeight, LowRankAdapted
from keras_layers.old_names import old_names
from keras_layers.parameters import add_parameter, options_config, set_options

if TYPE_CHECKING:
    from keras_core.typing import PositiveInt, Shape, ShapeTree, Tensor

_EQUATION = re.compile(r"((?:\.\.\.)?[a-zA-Z]*|[a-zA-Z]+\.\.\.),([a-zA-Z]+)->((?:\.\.\.)?[a-zA-Z]*|[a-zA-Z]+\.\.\.)")


class EinsumDense(LowRankAdapted):
    """Dense layer whose product is an Einstein sum: ``activation(einsum(equation, inputs, kernel) + bias)``.

    Weights are the kernel, with the axes that the equation names, and the bias, whose axes go from the first of
    `bias_axes` to the output's last, with size 1 where it does not vary.

    Args:
        equation: axes of input, kernel and output as letters, such as "abc,cd->abd". "..." at the start or the end of
            input and output stands for any further axes.
        output_shape: size, or sizes, of the output without the batch and without "..."; None where a size is that of
            the input.
        activation: activation applied to the result, a name or a function; None applies none. Defaults to None.
        bias_axes: letters of the output's axes along which the bias varies; None is no bias. Defaults to None.
        kernel_initializer: initializer of the kernel, a name or an instance. Defaults to "glorot_uniform".
        bias_initializer: initializer of the bias, a name or an instance. Defaults to "zeros".
        kernel_regularizer: penalty on the kernel, added to the loss; None adds none. Defaults to None.
        bias_regularizer: penalty on the bias, added to the loss; None adds none. Defaults to None.
        kernel_constraint: projection of the kernel after each update; None applies none. Defaults to None.
        bias_constraint: projection of the bias after each update; None applies none. Defaults to None.
        lora_rank: rank of a product of two matrices that is trained in place of the kernel, see `enable_lora`; None
            trains the kernel itself. Defaults to None.
        lora_alpha: the product is multiplied by ``lora_alpha / lora_rank``; None is `lora_rank`. Defaults to None.
        **kwargs: `name`, `dtype`, `trainable` and the other arguments of `Layer`.

    Input shape:
        The shape that the left side of `equation` names.

    Output shape:
        The shape that the right side of `equation` names.

    Raises:
        ValueError: if the equation does not have this form, or does not fit the input, `output_shape` or `bias_axes`.

    Example:
        >>> import numpy as np
        >>> from keras_layers import EinsumDense
        >>> layer = EinsumDense("abc,cd->abd", output_shape=(None, 5), bias_axes="d")
        >>> tuple(layer(np.ones((2, 3, 4), "float32")).shape)
        (2, 3, 5)
    """

    activation = ActivationAttribute()
    kernel = AdaptedWeight()

    @old_names(keras2={"gptq_unpacked_column_size": None})
    def __init__(
        self,
        equation: str,
        output_shape: int | Shape,
        activation: Any = None,
        bias_axes: str | None = None,
        kernel_initializer: Any = "glorot_uniform",
        bias_initializer: Any = "zeros",
        kernel_regularizer: Any = None,
        bias_regularizer: Any = None,
        kernel_constraint: Any = None,
        bias_constraint: Any = None,
        lora_rank: PositiveInt | None = None,
        lora_alpha: float | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.equation = equation
        self.partial_output_shape = (output_shape,) if isinstance(output_shape, int) else tuple(output_shape)
        self.activation = activation
        self.bias_axes = bias_axes
        set_options(self, "kernel", kernel_initializer, kernel_regularizer, kernel_constraint)
        set_options(self, "bias", bias_initializer, bias_regularizer, bias_constraint)
        self._set_low_rank(lora_rank, lora_alpha)
        self._parts()

    @property
    def output_shape(self) -> ShapeTree:
        """The shape of the output, as for every layer; before the layer is called, the argument of this name."""
        return super().output_shape if self.inbound_nodes else self.partial_output_shape

    def build(self, input_shape: Shape) -> None:
        shapes = self._shapes(input_shape)
        self.kernel = add_parameter(self, "kernel", shapes.kernel)
        self.bias = None if shapes.bias is None else add_parameter(self, "bias", shapes.bias)
        self._build_low_rank()

    def call(self, inputs: Tensor) -> Tensor:
        if self.lora_enabled and (equations := self._low_rank_equations()) is not None:
            a, b = self._low_rank_factors
            reduced = self._low_rank_scaled(ops.einsum(equations[0], inputs, a))
            added = ops.einsum(equations[1], reduced, b)
            outputs = ops.add(ops.einsum(self.equation, inputs, self._frozen_weight), added)
        else:
            outputs = ops.einsum(self.equation, inputs, self.kernel)
        if self.bias is not None:
            outputs = ops.add(outputs, self.bias)
        return self.activation(outputs)

    def compute_output_shape(self, input_shape: Shape) -> Shape:
        return self._shapes(input_shape).output

    def get_config(self) -> dict[str, Any]:
        return {
            **super().get_config(),
            "equation": self.equation,
            "output_shape": self.partial_output_shape,
            "activation": activations.serialize(self.activation),
            "bias_axes": self.bias_axes,
            **options_config(self, "kernel", "bias"),
        }

    def _parts(self) -> tuple[str, str, str]:
        """The letters of input, kernel and output."""
        found = _EQUATION.fullmatch(self.equation.replace(" ", ""))
        parts: tuple[str, str, str] = found.groups() if found else ("", "", "")  # type: ignore[assignment]
        start, _, end = parts
        if not found or [start.startswith("..."), start.endswith("...")] != [
            end.startswith("..."),
            end.endswith("..."),
        ]:
            raise ValueError(
                f"{describe(self)}: equation must be like 'ab,bc->ac', '...b,bc->...c' or 'ab...,bc->ac...', "
                f"got {self.equation!r}."
            )
        return parts

    def _low_rank_equations(self) -> tuple[str, str] | None:
        """The two sums by which the small matrices of LoRA are applied one after the other, where they can be."""
        start, kernel, end = self._parts()
        last = kernel[-1]
        if last in start or last not in end:
            return None
        rank = next(letter for letter in string.ascii_letters if letter not in self.equation)
        reduced = end.replace(last, rank)
        return f"{start},{kernel[:-1]}{rank}->{reduced}", f"{reduced},{rank}{last}->{end}"

    def _shapes(self, input_shape: Shape) -> _Shapes:
        start, kernel, end = self._parts()
        unused = [letter for letter in string.ascii_letters if letter not in self.equation]
        elided = "".join(unused[: max(len(input_shape) - len(start.replace("...", "")), 0)])
        start, end = start.replace("...", elided), end.replace("...", elided)
        if len(start) != len(input_shape):
            raise ValueError(
                f"{describe(self)}: equation {self.equation!r} takes inputs of rank {len(start)}, "
                f"got shape {tuple(input_shape)}."
            )
        given = [letter for letter in end if letter not in elided]
        given = given[len(given) - len(self.partial_output_shape) :]
        sizes = dict(zip(start, input_shape, strict=True))
        for letter, size in zip(given, self.partial_output_shape, strict=False):
            if sizes.get(letter) is None:
                sizes[letter] = size
            elif size not in (None, sizes[letter]):
                raise ValueError(
                    f"{describe(self)}: axis {letter!r} of {self.equation!r} has size {sizes[letter]} in the input "
                    f"of shape {tuple(input_shape)} and {size} in output_shape {self.partial_output_shape}."
                )
        return _Shapes(
            tuple(self._size(letter, sizes) for letter in kernel),
            self._bias_shape(end, sizes),
            tuple(sizes[letter] if letter in sizes else self._size(letter, sizes) for letter in end),
        )

    def _bias_shape(self, end: str, sizes: dict[str, int | None]) -> Shape | None:
        if not self.bias_axes:
            return None
        missing = [letter for letter in self.bias_axes if letter not in end]
        if missing:
            raise ValueError(
                f"{describe(self)}: bias_axes {self.bias_axes!r} has {missing[0]!r}, which is no axis of the output "
                f"in {self.equation!r}."
            )
        behind = end[min(map(end.index, self.bias_axes)) :]
        return tuple(self._size(letter, sizes) if letter in self.bias_axes else 1 for letter in behind)

    def _size(self, letter: str, sizes: dict[str, int | None]) -> int:
        size = sizes.get(letter)
        if size is None:
            raise ValueError(
                f"{describe(self)}: the size of axis {letter!r} in {self.equation!r} must be known from the input's "
                f"shape or output_shape, got output_shape {self.partial_output_shape}."
            )
        return size


class _Shapes(NamedTuple):
    kernel: Shape
    bias: Shape | None
    output: Shape
