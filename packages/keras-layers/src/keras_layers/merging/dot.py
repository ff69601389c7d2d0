"""Dot: the dot product of two inputs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from keras_core import ops
from keras_core.plain_arguments import listed

from keras_layers.checks import describe
from keras_layers.merging.base_merge import BaseMerge

if TYPE_CHECKING:
    from collections.abc import Sequence

    from keras_core.typing import Shape, Tensor


class Dot(BaseMerge):
    """Dot product of two tensors along one axis of each, example by example.

    Args:
        axes: axis to sum over, or a pair with one for each input; not the batch, axis 0.
        normalize: whether to scale the inputs to L2 norm 1 along their axes first; the result is then cosine
            similarity. Defaults to False.
        **kwargs: `name`, `dtype`, `trainable` and the other arguments of `Layer`.

    Input shape:
        A list of two tensors ``(batch, a..., n, b...)`` and ``(batch, c..., n, d...)``.

    Output shape:
        ``(batch, a..., b..., c..., d...)``, or ``(batch, 1)`` for two matrices.

    Raises:
        ValueError: if `axes` is not an axis or a pair of axes, an input lacks its axis, or the sizes of the two axes
            differ.

    Example:
        >>> import numpy as np
        >>> from keras_layers import Dot
        >>> np.asarray(Dot(axes=1)([np.array([[1.0, 2.0]]), np.array([[3.0, 4.0]])])).tolist()
        [[11.0]]
    """

    exactly = 2

    def __init__(self, axes: int | Sequence[int], normalize: bool = False, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        axes = listed(axes)
        pair = (axes, axes) if isinstance(axes, int) else tuple(axes)
        if len(pair) != 2 or 0 in pair or not all(isinstance(axis, int) for axis in pair):
            raise ValueError(f"{describe(self)}: axes must be an axis other than 0 or a pair of such, got {axes!r}.")
        self.axes = axes if isinstance(axes, int) else list(axes)
        self.normalize = normalize
        self._pair = pair

    def _merged(self, inputs: Sequence[Tensor]) -> Tensor:
        ranks = [ops.ndim(x) for x in inputs]
        axes = [axis % rank for axis, rank in zip(self._pair, ranks, strict=True)]
        if self.normalize:
            inputs = [ops.normalize(x, axis=axis) for x, axis in zip(inputs, axes, strict=True)]
        letters = iter("bcdefghijklmnopqrstuvwxyz")
        terms = [["a" if axis == 0 else next(letters) for axis in range(rank)] for rank in ranks]
        for term, axis in zip(terms, axes, strict=True):
            term[axis] = "z"
        result = "a" + "".join(letter for term in terms for letter in term if letter not in "az")
        output = ops.einsum(f"{''.join(terms[0])},{''.join(terms[1])}->{result}", *inputs)
        return ops.expand_dims(output, 1) if len(result) == 1 else output

    def compute_output_shape(self, input_shape: Sequence[Shape]) -> Shape:
        rest: list[int | None] = []
        sizes = []
        for shape, axis in zip(input_shape, self._pair, strict=True):
            rank = len(shape)
            if rank < 2 or not -rank <= axis < rank or axis % rank == 0:
                raise ValueError(
                    f"{describe(self)}: an input of shape {tuple(shape)} has no axis {axis} besides the batch."
                )
            sizes.append(shape[axis])
            rest += [size for k, size in enumerate(shape) if k not in (0, axis % rank)]
        if None not in sizes and sizes[0] != sizes[1]:
            raise ValueError(
                f"{describe(self)}: inputs of shapes {tuple(input_shape[0])} and {tuple(input_shape[1])} have sizes "
                f"{sizes[0]} and {sizes[1]} along axes {self._pair}, which must be equal."
            )
        return (input_shape[0][0], *(rest or [1]))

    def compute_mask(self, inputs: Any, mask: Any = None) -> None:
        return None

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "axes": self.axes, "normalize": self.normalize}


def dot(inputs: Sequence[Tensor], axes: int | Sequence[int] = -1, normalize: bool = False, **kwargs: Any) -> Tensor:
    """Dot product of two tensors along one axis of each, example by example.

    Makes a layer `Dot` and calls it.

    Args:
        inputs: list of two tensors ``(batch, a..., n, b...)`` and ``(batch, c..., n, d...)``.
        axes: axis to sum over, or a pair with one for each input; not the batch, axis 0. Defaults to -1.
        normalize: whether to scale the inputs to L2 norm 1 along their axes first; the result is then cosine
            similarity. Defaults to False.
        **kwargs: arguments of the layer, such as `name`.

    Returns:
        Tensor ``(batch, a..., b..., c..., d...)``, or ``(batch, 1)`` for two matrices.

    Raises:
        ValueError: if `axes` is not an axis or a pair of axes, an input lacks its axis, or the sizes of the two axes
            differ.

    Example:
        >>> import numpy as np
        >>> from keras_layers import dot
        >>> np.asarray(dot([np.array([[1.0, 2.0]]), np.array([[3.0, 4.0]])], axes=1)).tolist()
        [[11.0]]
    """
    return Dot(axes, normalize, **kwargs)(inputs)
