"""UpSampling2D: enlarges images."""

from __future__ import annotations

from typing import Any

from keras_core import ops
from keras_core.typing import Tensor

from keras_layers.checks import choice
from keras_layers.reshaping.base_up_sampling import BaseUpSampling
from keras_layers.shapes import spatial_axes

_INTERPOLATIONS = ("nearest", "bilinear", "bicubic")


class UpSampling2D(BaseUpSampling):
    """Enlarges images by whole factors.

    Args:
        size: factor, or a pair (of rows, of columns).
        data_format: "channels_last" or "channels_first"; the configured one by default.
        interpolation: "nearest" repeats pixels; "bilinear" and "bicubic" blend them.

    Inputs have shape ``(batch, rows, columns, channels)``, or channels second.
    """

    rank = 2

    def __init__(
        self, size: Any = (2, 2), data_format: str | None = None, interpolation: str = "nearest", **kwargs: Any
    ) -> None:
        super().__init__(size, data_format, **kwargs)
        self.interpolation = choice(self, "interpolation", interpolation, _INTERPOLATIONS)

    def call(self, inputs: Tensor) -> Tensor:
        if self.interpolation == "nearest":
            return super().call(inputs)
        shape = ops.shape(inputs)
        axes = spatial_axes(self.rank, self.data_format)
        size = tuple(shape[axis] * factor for axis, factor in zip(axes, self.size, strict=True))
        return ops.resize(inputs, size, interpolation=self.interpolation, data_format=self.data_format)

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "interpolation": self.interpolation}
