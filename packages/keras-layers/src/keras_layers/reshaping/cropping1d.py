"""Cropping1D: sequences cropped at both ends."""

from __future__ import annotations

from typing import Any

from keras_core.plain_arguments import listed

from keras_layers.reshaping.base_cropping import BaseCropping


class Cropping1D(BaseCropping):
    """Crops sequences at both ends.

    Args:
        cropping: number of steps at each end, or a pair (start, end). Defaults to (1, 1).
        **kwargs: `name`, `dtype`, `trainable` and the other arguments of `Layer`.

    Input shape:
        ``(batch, steps, channels)``

    Output shape:
        ``(batch, new_steps, channels)``

    Raises:
        ValueError: if `cropping` does not have this form, or nothing is left of the input.

    Example:
        >>> import numpy as np
        >>> from keras_layers import Cropping1D
        >>> tuple(Cropping1D(1)(np.zeros((2, 10, 3), "float32")).shape)
        (2, 8, 3)
    """

    rank = 1

    def __init__(self, cropping: int | tuple[int, int] = (1, 1), **kwargs: Any) -> None:
        cropping = listed(cropping)
        both = (cropping,) if isinstance(cropping, (list, tuple)) else cropping
        super().__init__(both, data_format="channels_last", **kwargs)

    def get_config(self) -> dict[str, Any]:
        config = super().get_config()
        del config["data_format"]
        return config
