"""Subtract: the difference of two inputs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from keras_core import ops

from keras_layers.merging.base_merge import BaseMerge

if TYPE_CHECKING:
    from collections.abc import Sequence

    from keras_core.typing import Tensor


class Subtract(BaseMerge):
    """Difference of two tensors, elementwise: ``inputs[0] - inputs[1]``.

    An element of the output is masked where it is masked in every input; if an input has no mask, neither has the
    output.

    Args:
        **kwargs: `name`, `dtype`, `trainable` and the other arguments of `Layer`.

    Input shape:
        A list of two tensors whose shapes broadcast. A tensor of lower rank gets axes of size 1 after the batch.

    Output shape:
        The shape that the inputs broadcast to.

    Raises:
        ValueError: if the inputs are not two tensors, or their shapes do not broadcast.

    Example:
        >>> import numpy as np
        >>> from keras_layers import Subtract
        >>> x1, x2 = np.array([[1.0, 4.0]], "float32"), np.array([[2.0, 3.0]], "float32")
        >>> np.asarray(Subtract()([x1, x2])).tolist()
        [[-1.0, 1.0]]
    """

    merge = staticmethod(ops.subtract)
    exactly = 2


def subtract(inputs: Sequence[Tensor], **kwargs: Any) -> Tensor:
    """Difference of two tensors, elementwise: ``inputs[0] - inputs[1]``.

    Makes a layer `Subtract` and calls it.

    Args:
        inputs: list of two tensors whose shapes broadcast.
        **kwargs: arguments of the layer, such as `name`.

    Returns:
        Tensor of the shape that the inputs broadcast to.

    Raises:
        ValueError: if the inputs are not two tensors, or their shapes do not broadcast.

    Example:
        >>> import numpy as np
        >>> from keras_layers import subtract
        >>> x1, x2 = np.array([[1.0, 4.0]], "float32"), np.array([[2.0, 3.0]], "float32")
        >>> np.asarray(subtract([x1, x2])).tolist()
        [[-1.0, 1.0]]
    """
    return Subtract(**kwargs)(inputs)
