"""What calls the ops and layers of Keras for each operator of ONNX."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from keras_export.from_onnx.rules import (
    control,
    convolution,
    elementwise,
    indexing,
    normalization,
    product,
    quantization,
    recurrent,
    reduction,
    resizing,
    shaping,
)

if TYPE_CHECKING:
    from collections.abc import Callable

_FAMILIES = (
    *(control, convolution, elementwise, indexing, normalization, product, quantization, recurrent),
    *(reduction, resizing, shaping),
)
RULES: dict[str, Callable[[Any], Any]] = {name: rule for family in _FAMILIES for name, rule in family.RULES.items()}
"""Operator → what calls it: a function of a `Node`, which gives a tensor, an array or a list of such."""
