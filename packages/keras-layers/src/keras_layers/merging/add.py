"""Add: the sum of inputs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from keras_core import ops

from keras_layers.merging.base_merge import BaseMerge

if TYPE_CHECKING:
    from collections.abc import Sequence

    from keras_core.typing import Tensor


class Add(BaseMerge):
    """Sum of a list of tensors, elementwise.

    An element of the output is masked where it is masked in every input; if an input has no mask, neither has the
    output.

    Args:
        **kwargs: `name`, `dtype`, `trainable` and the other arguments of `Layer`.

    Input shape:
        A list of tensors whose shapes broadcast. Tensors of lower rank get axes of size 1 after the batch.

    Output shape:
        The shape that the inputs broadcast to.

    Raises:
        ValueError: if the inputs are not a list of tensors, or their shapes do not broadcast.

    Example:
        >>> import numpy as np
        >>> from keras_layers import Add
        >>> x1, x2 = np.array([[1.0, 4.0]], "float32"), np.array([[2.0, 3.0]], "float32")
        >>> np.asarray(Add()([x1, x2])).tolist()
        [[3.0, 7.0]]
    """

    merge = staticmethod(ops.add)


def add(inputs: Sequence[Tensor], **kwargs: Any) -> Tensor:
    """Sum of a list of tensors, elementwise.

    Makes a layer `Add` and calls it.

    Args:
        inputs: list of tensors whose shapes broadcast.
        **kwargs: arguments of the layer, such as `name`.

    Returns:
        Tensor of the shape that the inputs broadcast to.

    Raises:
        ValueError: if the inputs are not a list of tensors, or their shapes do not broadcast.

    Example:
        >>> import numpy as np
        >>> from keras_layers import add
        >>> x1, x2 = np.array([[1.0, 4.0]], "float32"), np.array([[2.0, 3.0]], "float32")
        >>> np.asarray(add([x1, x2])).tolist()
        [[3.0, 7.0]]
    """
    return Add(**kwargs)(inputs)
