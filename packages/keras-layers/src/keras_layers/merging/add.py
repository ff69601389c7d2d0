"""Add: adds inputs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from keras_core import ops
from keras_core.typing import Tensor

from keras_layers.merging.base_merge import BaseMerge


class Add(BaseMerge):
    """The sum of a list of tensors; shapes are broadcast.

    Raises:
        ValueError: if the inputs are not a list of tensors whose shapes fit.

    Example:
        >>> import numpy as np
        >>> from keras_layers import Add
        >>> x1, x2 = np.array([[1.0]], "float32"), np.array([[2.0]], "float32")
        >>> np.asarray(Add()([x1, x2])).tolist()
        [[3.0]]
    """

    merge = staticmethod(ops.add)


def add(inputs: Sequence[Tensor], **kwargs: Any) -> Tensor:
    """`Add` as a function: makes the layer with `kwargs` and calls it."""
    return Add(**kwargs)(inputs)
