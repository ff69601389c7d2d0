"""TFDIdentity and TFDConcat: layers of a FeatureSpace that change nothing but where numbers stand.

Keras 3's files name them so. They are no public layers.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from keras_core import Layer, ops

from keras_preprocessing.features.feature import MODULE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from keras_core.typing import Shape, Tensor


class TFDIdentity(Layer):
    """What it is called on.

    Args:
        **kwargs: the arguments of `Layer`.

    Call arguments:
        inputs: tensor.

    Input shape:
        Any shape.

    Output shape:
        The same.

    Example:
        >>> import numpy as np
        >>> from keras_preprocessing.features.table_parts import TFDIdentity
        >>> np.asarray(TFDIdentity()(np.ones(2))).tolist()
        [1.0, 1.0]
    """

    written_in = MODULE

    def call(self, inputs: Tensor) -> Tensor:
        return inputs

    def compute_output_shape(self, input_shape: Shape) -> Shape:
        return tuple(input_shape)


class TFDConcat(Layer):
    """Tensors one after the other along an axis.

    Args:
        axis: the axis.
        **kwargs: the arguments of `Layer`.

    Call arguments:
        inputs: list of tensors.

    Input shape:
        A list of tensors that differ in this axis alone.

    Output shape:
        Theirs, with the sum of their sizes in this axis.

    Example:
        >>> import numpy as np
        >>> from keras_preprocessing.features.table_parts import TFDConcat
        >>> np.asarray(TFDConcat(axis=-1)([np.ones((1, 1)), np.zeros((1, 2))])).tolist()
        [[1.0, 0.0, 0.0]]
    """

    written_in = MODULE

    def __init__(self, axis: int = -1, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.axis = axis

    def call(self, inputs: Sequence[Tensor]) -> Tensor:
        return ops.concatenate(list(inputs), axis=self.axis)

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "axis": self.axis}
