"""ZeroPadding3D: a border of zeros around volumes."""

from __future__ import annotations

from typing import Any

from keras_layers.reshaping.base_zero_padding import BaseZeroPadding


class ZeroPadding3D(BaseZeroPadding):
    """Adds zeros at both ends of the three spatial axes.

    Args:
        padding: an int for all, three ints, or three pairs (before, behind).
        data_format: "channels_last" or "channels_first"; the configured one by default.

    Inputs have shape ``(batch, dim1, dim2, dim3, channels)``, or channels second.
    """

    rank = 3

    def __init__(self, padding: Any = ((1, 1), (1, 1), (1, 1)), data_format: str | None = None, **kwargs: Any) -> None:
        super().__init__(padding, data_format, **kwargs)
