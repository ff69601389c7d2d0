"""Base of the merging layers."""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from typing import Any

from keras_core import Layer, ops
from keras_core.typing import Shape, Tensor

from keras_layers.checks import describe
from keras_layers.shapes import static_shape


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

    def build(self, input_shape: Sequence[Shape]) -> None:
        self._check_number(input_shape)
        self.compute_output_shape(input_shape)

    def call(self, inputs: Sequence[Tensor]) -> Tensor:
        self._check_number(inputs)
        return self._merge_function(_same_rank(inputs))

    def _merge_function(self, inputs: Sequence[Tensor]) -> Tensor:
        """Merge tensors of one rank; subclasses of Keras 2's `_Merge` and Keras 3's `Merge` override it."""
        return functools.reduce(type(self).merge, inputs)

    def _check_number(self, inputs: Any) -> None:
        single = not isinstance(inputs, (list, tuple)) or not inputs or isinstance(inputs[0], (int, type(None)))
        wanted = f"a list of {self.exactly}" if self.exactly else "a list of"
        if single or (self.exactly and len(inputs) != self.exactly):
            got = "a single one" if single else f"{len(inputs)}"
            raise ValueError(f"{describe(self)} takes {wanted} inputs, got {got}.")

    def compute_mask(self, inputs: Any, mask: Any = None) -> Tensor | None:
        if not isinstance(mask, (list, tuple)) or not mask or any(m is None for m in mask):
            return None
        return functools.reduce(ops.logical_or, _same_rank(mask))

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


def _same_rank(tensors: Sequence[Tensor]) -> list[Tensor]:
    ranks = [len(static_shape(x)) for x in tensors]
    return [
        x if rank == max(ranks) else ops.expand_dims(x, tuple(range(1, max(ranks) - rank + 1)))
        for x, rank in zip(tensors, ranks, strict=True)
    ]
