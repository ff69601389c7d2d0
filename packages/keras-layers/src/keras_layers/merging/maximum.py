"""Maximum: the elementwise maximum of inputs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from keras_core import ops

from keras_layers.merging.base_extremum import BaseExtremum

if TYPE_CHECKING:
    from collections.abc import Sequence

    from keras_core.typing import Tensor


class Maximum(BaseExtremum):
    """Maximum of a list of tensors, elementwise.

    Masked elements do not count: the other inputs decide. An element of the output is masked where it is masked in
    every input; if an input has no mask, neither has the output.

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
        >>> from keras_layers import Maximum
        >>> x1, x2 = np.array([[1.0, 4.0]], "float32"), np.array([[2.0, 3.0]], "float32")
        >>> np.asarray(Maximum()([x1, x2])).tolist()
        [[2.0, 4.0]]
    """

    merge = staticmethod(ops.maximum)


def maximum(inputs: Sequence[Tensor], **kwargs: Any) -> Tensor:
    """Maximum of a list of tensors, elementwise.

    Makes a layer `Maximum` and calls it.

    Args:
        inputs: list of tensors whose shapes broadcast.
        **kwargs: arguments of the layer, such as `name`.

    Returns:
        Tensor of the shape that the inputs broadcast to.

    Raises:
        ValueError: if the inputs are not a list of tensors, or their shapes do not broadcast.

    Example:
        >>> import numpy as np
        >>> from keras_layers import maximum
        >>> x1, x2 = np.array([[1.0, 4.0]], "float32"), np.array([[2.0, 3.0]], "float32")
        >>> np.asarray(maximum([x1, x2])).tolist()
        [[2.0, 4.0]]
    """
    return Maximum(**kwargs)(inputs)
