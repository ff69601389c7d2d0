"""UpSampling3D: enlarges volumes."""

from __future__ import annotations

from typing import Any

from keras_layers.reshaping.base_up_sampling import BaseUpSampling


class UpSampling3D(BaseUpSampling):
    """Repeats each position along the three spatial axes.

    Args:
        size: factor, or three of them.
        data_format: "channels_last" or "channels_first"; the configured one by default.

    Inputs have shape ``(batch, dim1, dim2, dim3, channels)``, or channels second.
    """

    rank = 3

    def __init__(self, size: Any = (2, 2, 2), data_format: str | None = None, **kwargs: Any) -> None:
        super().__init__(size, data_format, **kwargs)
