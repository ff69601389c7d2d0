"""What calls the ops and layers of Keras for each operator of ONNX."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from keras_export.from_onnx.rules import (
    convolution,
    elementwise,
    indexing,
    normalization,
    product,
    recurrent,
    reduction,
    resizing,
    shaping,
)

if TYPE_CHECKING:
    from collections.abc import Callable

RULES: dict[str, Callable[[Any], Any]] = {
    name: rule
    for family in (
        *(convolution, elementwise, indexing, normalization, product, recurrent, reduction, resizing, shaping),
    )
    for name, rule in family.RULES.items()
}
"""Operator → what calls it: a function of a `Node`, which gives a tensor, an array or a list of such."""
