"""Minimum: takes the least of inputs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from keras_core import ops
from keras_core.typing import Tensor

from keras_layers.merging.base_merge import BaseMerge


class Minimum(BaseMerge):
    """The least of a list of tensors, element by element; shapes are broadcast.

    Raises:
        ValueError: if the inputs are not a list of tensors whose shapes fit.

    Example:
        >>> import numpy as np
        >>> from keras_layers import Minimum
        >>> x1, x2 = np.array([[1.0]], "float32"), np.array([[2.0]], "float32")
        >>> np.asarray(Minimum()([x1, x2])).tolist()
        [[1.0]]
    """

    merge = staticmethod(ops.minimum)


def minimum(inputs: Sequence[Tensor], **kwargs: Any) -> Tensor:
    """`Minimum` as a function: makes the layer with `kwargs` and calls it."""
    return Minimum(**kwargs)(inputs)
