"""Cropping3D: cuts the borders off volumes."""

from __future__ import annotations

from typing import Any

from keras_layers.reshaping.base_cropping import BaseCropping


class Cropping3D(BaseCropping):
    """Cuts positions off both ends of the three spatial axes.

    Args:
        cropping: an int for all, three ints, or three pairs (before, after).
        data_format: "channels_last" or "channels_first"; the configured one by default.

    Inputs have shape ``(batch, dim1, dim2, dim3, channels)``, or channels second.
    """

    rank = 3

    def __init__(self, cropping: Any = ((1, 1), (1, 1), (1, 1)), data_format: str | None = None, **kwargs: Any) -> None:
        super().__init__(cropping, data_format, **kwargs)
