"""UpSampling1D: repeated time steps."""

from __future__ import annotations

from typing import Any

from keras_layers.old_names import old_names
from keras_layers.reshaping.base_up_sampling import BaseUpSampling


class UpSampling1D(BaseUpSampling):
    """Repeats each time step.

    Args:
        size: number of repetitions of each step. Defaults to 2.
        **kwargs: `name`, `dtype`, `trainable` and the other arguments of `Layer`.

    Input shape:
        ``(batch, steps, channels)``

    Output shape:
        ``(batch, steps * size, channels)``

    Raises:
        ValueError: if an argument is out of range.

    Example:
        >>> import numpy as np
        >>> from keras_layers import UpSampling1D
        >>> tuple(UpSampling1D(2)(np.zeros((2, 10, 3), "float32")).shape)
        (2, 20, 3)
    """

    rank = 1

    @old_names(keras1={"length": "size"})
    def __init__(self, size: int = 2, **kwargs: Any) -> None:
        super().__init__(size, data_format="channels_last", **kwargs)

    def get_config(self) -> dict[str, Any]:
        config = {**super().get_config(), "size": self.size[0]}
        del config["data_format"]
        return config
