"""Base of the merging layers."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any

from keras_core import Layer, ops

from keras_layers.checks import describe, fitting_mask
from keras_layers.shapes import static_shape

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from keras_core.typing import Shape, Tensor


class BaseMerge(Layer):
    """Combines a list of tensors element by element.

    Shapes are broadcast. Where ranks differ, tensors of lower rank get new axes of size 1 behind
    the batch, so that features match features. An element of the output is masked if it is
    masked in all inputs; if one of them has no mask, neither has the output.
    """

    merge: Callable[[Tensor, Tensor], Tensor]
    exactly: int | None = None

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.supports_masking = True

    def call(self, inputs: Sequence[Tensor]) -> Tensor:
        self._check_inputs(inputs)
        return self._merged(inputs)

    def _merged(self, inputs: Sequence[Tensor]) -> Tensor:
        """The result for inputs of shapes that fit."""
        return self._merge_function(same_rank(inputs))

    def _merge_function(self, inputs: Sequence[Tensor]) -> Tensor:
        """Merge tensors of one rank; subclasses of Keras 2's `_Merge` and Keras 3's `Merge` override it."""
        return functools.reduce(type(self).merge, inputs)

    def _check_inputs(self, inputs: Any) -> None:
        self._check_number(inputs)
        self.compute_output_shape([static_shape(x) for x in inputs])

    def _check_number(self, inputs: Any) -> None:
        single = not isinstance(inputs, (list, tuple)) or not inputs or isinstance(inputs[0], (int, type(None)))
        wanted = f"a list of {self.exactly}" if self.exactly else "a list of"
        if single or (self.exactly and len(inputs) != self.exactly):
            got = "a single one" if single else f"{len(inputs)}"
            raise ValueError(f"{describe(self)} takes {wanted} inputs, got {got}.")

    def compute_mask(self, inputs: Any, mask: Any = None) -> Tensor | None:
        masks = self._masks(inputs, mask)
        if any(m is None for m in masks):
            return None
        return functools.reduce(ops.logical_or, same_rank(mask))

    def _masks(self, inputs: Any, mask: Any) -> list[Tensor | None]:
        """The mask of each input, None for one without.

        Raises:
            ValueError: if they are no list with one for each input, or have other sizes than these.
        """
        self._check_number(inputs)
        if mask is None:
            return [None] * len(inputs)
        if not isinstance(mask, (list, tuple)) or len(mask) != len(inputs):
            got = f"a list of {len(mask)}" if isinstance(mask, (list, tuple)) else f"one of shape {ops.shape(mask)}"
            raise ValueError(
                f"{describe(self)}: mask must be a list with one mask, or None, for each of the {len(inputs)} inputs, "
                f"got {got}."
            )
        for x, one in zip(inputs, mask, strict=True):
            if one is not None:
                sizes = static_shape(one)
                fitting_mask(self, sizes, static_shape(x)[: len(sizes)])
        return list(mask)

    def compute_output_shape(self, input_shape: Sequence[Shape]) -> Shape:
        rank = max(map(len, input_shape))
        padded = [(*shape[:1], *(1,) * (rank - len(shape)), *shape[1:]) for shape in input_shape]
        return tuple(self._broadcast(sizes, input_shape) for sizes in zip(*padded, strict=True))

    def _broadcast(self, sizes: Sequence[int | None], shapes: Sequence[Shape]) -> int | None:
        larger = {size for size in sizes if size not in (1, None)}
        if len(larger) > 1:
            listed = " and ".join(str(tuple(shape)) for shape in shapes)
            raise ValueError(
                f"{describe(self)}: inputs of shapes {listed} do not fit: sizes of an axis must be equal or 1."
            )
        return next(iter(larger), None if None in sizes else 1)


def same_rank(tensors: Sequence[Tensor], rank: int = 0) -> list[Tensor]:
    """The tensors with axes of size 1 after the batch, up to the highest rank among them, or `rank`.

    Args:
        tensors: list of tensors ``(batch, ...)``.
        rank: rank that the results have at least. Defaults to 0.
    """
    ranks = [len(static_shape(x)) for x in tensors]
    highest = max(rank, *ranks)
    return [
        x if rank == highest else ops.expand_dims(x, tuple(range(1, highest - rank + 1)))
        for x, rank in zip(tensors, ranks, strict=True)
    ]
