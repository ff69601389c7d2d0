"""ZeroPadding2D: a border of zeros around images."""

from __future__ import annotations

from typing import Any

from keras_layers.reshaping.base_zero_padding import BaseZeroPadding


class ZeroPadding2D(BaseZeroPadding):
    """Adds rows and columns of zeros around images.

    Args:
        padding: an int for all borders, ``(rows, columns)``, or ``((top, bottom), (left, right))``.
        data_format: "channels_last" or "channels_first"; the configured one by default.

    Inputs have shape ``(batch, rows, columns, channels)``, or channels second.
    """

    rank = 2

    def __init__(self, padding: Any = (1, 1), data_format: str | None = None, **kwargs: Any) -> None:
        super().__init__(padding, data_format, **kwargs)
