"""Smoothing of labels."""

from __future__ import annotations

from typing import TYPE_CHECKING

from keras_core import ops
from keras_core.ops.properties import dtype_of

if TYPE_CHECKING:
    from keras_core.typing import Tensor


def smoothed_binary(y_true: Tensor, label_smoothing: float) -> Tensor:
    """Labels moved towards 1/2."""
    if not label_smoothing:
        return y_true
    return ops.add(ops.multiply(y_true, 1.0 - label_smoothing), 0.5 * label_smoothing)


def smoothed_categorical(y_true: Tensor, label_smoothing: float, axis: int) -> Tensor:
    """Labels moved towards the same number for every class."""
    if not label_smoothing:
        return y_true
    classes = ops.shape(y_true)[axis]
    if not isinstance(classes, int):
        classes = ops.cast(classes, dtype_of(y_true))
    return ops.add(ops.multiply(y_true, 1.0 - label_smoothing), label_smoothing / classes)
