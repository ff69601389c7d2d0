"""Cropping2D: cuts the borders off images."""

from __future__ import annotations

from typing import Any

from keras_layers.reshaping.base_cropping import BaseCropping


class Cropping2D(BaseCropping):
    """Cuts rows and columns off the borders of images.

    Args:
        cropping: an int for all borders, ``(rows, columns)``, or ``((top, bottom), (left, right))``.
        data_format: "channels_last" or "channels_first"; the configured one by default.

    Inputs have shape ``(batch, rows, columns, channels)``, or channels second.
    """

    rank = 2

    def __init__(self, cropping: Any = ((0, 0), (0, 0)), data_format: str | None = None, **kwargs: Any) -> None:
        super().__init__(cropping, data_format, **kwargs)
