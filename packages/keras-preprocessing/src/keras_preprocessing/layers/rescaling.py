"""Rescaling: numbers in another range."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from keras_core import config, ops

from keras_preprocessing.layers.encoding import config_of, describe
from keras_preprocessing.layers.follows_data import FollowsData
from keras_preprocessing.layers.image.lending import called_on_lent

if TYPE_CHECKING:
    from collections.abc import Sequence

    from keras_core.typing import Shape, Tensor


class Rescaling(FollowsData):
    """Rescaling: ``inputs * scale + offset``.

    Args:
        scale: a number, or one for each channel.
        offset: a number, or one for each channel. Defaults to 0.0.
        **kwargs: `name`, `dtype` and the other arguments of `Layer`.

    Call arguments:
        inputs: tensor; ints become floats.

    Input shape:
        Any shape; the channels are the last axis, or before height and width where
        `keras.config.image_data_format()` is "channels_first".

    Output shape:
        Same shape as the input.

    Raises:
        ValueError: if `scale` or `offset` is neither a number nor a row of them.

    Example:
        >>> import numpy as np
        >>> from keras_preprocessing.layers import Rescaling
        >>> np.asarray(Rescaling(1 / 127.5, offset=-1)(np.array([0, 51, 255], "uint8"))).tolist()
        [-1.0, -0.6, 1.0]
    """

    supports_masking = True

    def __init__(self, scale: float | Sequence[float], offset: float | Sequence[float] = 0.0, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.scale, self.offset = self._numbers("scale", scale), self._numbers("offset", offset)

    def _numbers(self, argument: str, value: Any) -> Any:
        array = np.asarray(value)
        if array.dtype.kind not in "iuf" or array.ndim > 1:
            raise ValueError(f"{describe(self)}: {argument} must be a number or a list of them, got {value!r}.")
        return array.tolist()

    def __call__(self, inputs: Any, *args: Any, **kwargs: Any) -> Any:
        """Call the layer; an array of NumPy is read where it is, not copied first."""
        if type(inputs) is not np.ndarray or type(self) is not Rescaling:
            return super().__call__(inputs, *args, **kwargs)
        return called_on_lent(super().__call__, inputs, self.backend_name, args, kwargs)

    def call(self, inputs: Tensor) -> Tensor:
        x = ops.cast(inputs, self.compute_dtype)
        for operation, value in ((ops.multiply, self.scale), (ops.add, self.offset)):
            if isinstance(value, list):
                value = ops.convert_to_tensor(np.asarray(value, self.compute_dtype))
                if config.image_data_format() == "channels_first":
                    value = ops.reshape(value, (-1, 1, 1))
            elif (operation, value) == (ops.add, 0):
                continue
            x = operation(x, value)
        return x

    def compute_output_shape(self, input_shape: Shape) -> Shape:
        return input_shape

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), **config_of(self, "scale", "offset")}
