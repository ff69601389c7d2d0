"""Concatenate: inputs concatenated along an axis."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from keras_core import ops

from keras_layers.checks import describe
from keras_layers.merging.base_merge import BaseMerge

if TYPE_CHECKING:
    from collections.abc import Sequence

    from keras_core.typing import Shape, Tensor


class Concatenate(BaseMerge):
    """Concatenates a list of tensors along an axis.

    Masks are concatenated too where the axis is one of theirs, with True for inputs without a mask; otherwise an
    element is masked where it is masked in every input.

    Args:
        axis: axis along which to concatenate. Defaults to -1.
        **kwargs: `name`, `dtype`, `trainable` and the other arguments of `Layer`.

    Input shape:
        A list of tensors of one rank whose sizes are equal on all other axes.

    Output shape:
        The inputs' shape, with the sum of their sizes on `axis`.

    Raises:
        ValueError: if the inputs are not a list, or differ in rank or in a size off `axis`.

    Example:
        >>> import numpy as np
        >>> from keras_layers import Concatenate
        >>> tuple(Concatenate(axis=1)([np.zeros((2, 3)), np.zeros((2, 5))]).shape)
        (2, 8)
    """

    def __init__(self, axis: int = -1, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.axis = axis

    def _merged(self, inputs: Sequence[Tensor]) -> Tensor:
        return ops.concatenate(list(inputs), axis=self.axis)

    def compute_output_shape(self, input_shape: Sequence[Shape]) -> Shape:
        rank = len(input_shape[0])
        if any(len(shape) != rank for shape in input_shape) or not -rank <= self.axis < rank:
            self._refuse(input_shape)
        joined = self.axis % rank
        sizes: list[int | None] = []
        for axis, column in enumerate(zip(*input_shape, strict=True)):
            known = {size for size in column if size is not None}
            if axis == joined:
                sizes.append(None if None in column else sum(column))
            elif len(known) > 1:
                self._refuse(input_shape)
            else:
                sizes.append(next(iter(known), None))
        return tuple(sizes)

    def _refuse(self, shapes: Sequence[Shape]) -> None:
        listed = " and ".join(str(tuple(shape)) for shape in shapes)
        raise ValueError(
            f"{describe(self)}: inputs of shapes {listed} cannot be joined along axis {self.axis}: "
            "ranks and all other sizes must be equal."
        )

    def compute_mask(self, inputs: Sequence[Tensor], mask: Any = None) -> Tensor | None:
        mask = self._masks(inputs, mask)
        if all(m is None for m in mask):
            return None
        rank = ops.ndim(inputs[0])
        axis = self.axis % rank
        depth = max(ops.ndim(m) for m in mask if m is not None)
        if axis >= depth:
            return super().compute_mask(inputs, mask)
        parts = []
        for x, one in zip(inputs, mask, strict=True):
            if one is None:
                shape = ops.shape(x)[:depth]
                one = ops.ones(shape, dtype="bool")
            parts.append(one)
        return ops.concatenate(parts, axis=axis)

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "axis": self.axis}


def concatenate(inputs: Sequence[Tensor], axis: int = -1, **kwargs: Any) -> Tensor:
    """Concatenates a list of tensors along an axis.

    Makes a layer `Concatenate` and calls it.

    Args:
        inputs: list of tensors of one rank whose sizes are equal on all other axes.
        axis: axis along which to concatenate. Defaults to -1.
        **kwargs: arguments of the layer, such as `name`.

    Returns:
        Tensor of the inputs' shape, with the sum of their sizes on `axis`.

    Raises:
        ValueError: if the inputs are not a list, or differ in rank or in a size off `axis`.

    Example:
        >>> import numpy as np
        >>> from keras_layers import concatenate
        >>> tuple(concatenate([np.zeros((2, 3)), np.zeros((2, 5))], axis=1).shape)
        (2, 8)
    """
    return Concatenate(axis=axis, **kwargs)(inputs)
