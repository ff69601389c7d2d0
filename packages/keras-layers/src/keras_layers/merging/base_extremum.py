"""Base of Maximum and Minimum."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from keras_core import ops

from keras_layers.merging.base_merge import BaseMerge, same_rank
from keras_layers.shapes import mask_like

if TYPE_CHECKING:
    from collections.abc import Sequence

    from keras_core.typing import Tensor


class BaseExtremum(BaseMerge):
    """The largest or smallest of a list of tensors, elementwise, among the elements that are not masked.

    No number can stand for a masked element, as 1 does in a product: it gives way to the other input's. An input
    without a mask has no masked elements.
    """

    compute_output_shape = BaseMerge.compute_output_shape  # which masks do not change

    def call(self, inputs: Sequence[Tensor], mask: Any = None) -> Tensor:
        self._check_inputs(inputs)
        masks = self._masks(inputs, mask)
        if all(m is None for m in masks):
            return self._merged(inputs)
        ones = [None if m is None else mask_like(m, x) for x, m in zip(inputs, masks, strict=True)]
        rank = max(map(ops.ndim, inputs))
        first, *others = zip(
            same_rank(inputs), [None if m is None else same_rank([m], rank)[0] for m in ones], strict=True
        )
        output, kept = first
        for x, here in others:
            candidate = x if here is None else ops.where(here, x, output)
            output = type(self).merge(output if kept is None else ops.where(kept, output, candidate), candidate)
            kept = None if here is None or kept is None else ops.logical_or(kept, here)
        return output
