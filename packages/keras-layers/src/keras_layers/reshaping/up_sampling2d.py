"""UpSampling2D: upsampling of images."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from keras_core import ops

from keras_layers.checks import choice
from keras_layers.reshaping.base_up_sampling import BaseUpSampling
from keras_layers.shapes import spatial_axes

if TYPE_CHECKING:
    from keras_core.typing import Tensor

_INTERPOLATIONS = ("nearest", "bilinear", "bicubic")


class UpSampling2D(BaseUpSampling):
    """Enlarges images by integer factors.

    Args:
        size: factor, or a pair (vertical, horizontal). Defaults to (2, 2).
        data_format: "channels_last" or "channels_first"; by default `keras.config.image_data_format()`.
        interpolation: "nearest" repeats pixels, "bilinear" and "bicubic" interpolate. Defaults to "nearest".
        **kwargs: `name`, `dtype`, `trainable` and the other arguments of `Layer`.

    Input shape:
        ``(batch, height, width, channels)`` with `data_format` "channels_last", ``(batch, channels, height, width)``
        with "channels_first".

    Output shape:
        ``(batch, height * size[0], width * size[1], channels)`` with `data_format` "channels_last", ``(batch, channels,
        height * size[0], width * size[1])`` with "channels_first".

    Raises:
        ValueError: if an argument is out of range.

    Example:
        >>> import numpy as np
        >>> from keras_layers import UpSampling2D
        >>> tuple(UpSampling2D(2)(np.zeros((2, 8, 8, 3), "float32")).shape)
        (2, 16, 16, 3)
    """

    rank = 2

    def __init__(
        self, size: Any = (2, 2), data_format: str | None = None, interpolation: str = "nearest", **kwargs: Any
    ) -> None:
        super().__init__(size, data_format, **kwargs)
        self.interpolation = choice(self, "interpolation", interpolation, _INTERPOLATIONS)

    compute_output_shape = BaseUpSampling.compute_output_shape  # which tells of any interpolation

    def call(self, inputs: Tensor) -> Tensor:
        if self.interpolation == "nearest":
            return super().call(inputs)
        shape = ops.shape(inputs)
        axes = spatial_axes(self.rank, self.data_format)
        size = tuple(shape[axis] * factor for axis, factor in zip(axes, self.size, strict=True))
        return ops.resize(inputs, size, interpolation=self.interpolation, data_format=self.data_format)

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "interpolation": self.interpolation}
