"""Average: the mean of inputs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from keras_core import ops
from keras_core.typing import Tensor

from keras_layers.merging.base_merge import BaseMerge


class Average(BaseMerge):
    """The mean of a list of tensors, element by element; shapes are broadcast.

    Raises:
        ValueError: if the inputs are not a list of tensors whose shapes fit.

    Example:
        >>> import numpy as np
        >>> from keras_layers import Average
        >>> np.asarray(Average()([np.array([[1.0]]), np.array([[2.0]])])).tolist()
        [[1.5]]
    """

    merge = staticmethod(ops.add)

    def _combine(self, inputs: Sequence[Tensor]) -> Tensor:
        return ops.divide(super()._combine(inputs), len(inputs))


def average(inputs: Sequence[Tensor], **kwargs: Any) -> Tensor:
    """`Average` as a function: makes the layer with `kwargs` and calls it."""
    return Average(**kwargs)(inputs)
