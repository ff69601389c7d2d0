"""Subtract: subtracts one input from another."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from keras_core import ops
from keras_core.typing import Tensor

from keras_layers.merging.base_merge import BaseMerge


class Subtract(BaseMerge):
    """The first of two tensors less the second; shapes are broadcast.

    Raises:
        ValueError: if the inputs are not two tensors whose shapes fit.

    Example:
        >>> import numpy as np
        >>> from keras_layers import Subtract
        >>> x1, x2 = np.array([[1.0]], "float32"), np.array([[2.0]], "float32")
        >>> np.asarray(Subtract()([x1, x2])).tolist()
        [[-1.0]]
    """

    merge = staticmethod(ops.subtract)
    exactly = 2


def subtract(inputs: Sequence[Tensor], **kwargs: Any) -> Tensor:
    """`Subtract` as a function: makes the layer with `kwargs` and calls it."""
    return Subtract(**kwargs)(inputs)
