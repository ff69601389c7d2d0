"""SpatialDropout1D: drops whole feature maps along time."""

from __future__ import annotations

from typing import Any

from keras_layers.old_names import old_names
from keras_layers.regularization.base_spatial_dropout import BaseSpatialDropout
from keras_layers.regularization.dropout import P_IS_RATE


class SpatialDropout1D(BaseSpatialDropout):
    """Drops whole channels of ``(batch, time, channels)`` while training.

    Neighbours within a channel are alike, so dropping single elements would hide little.

    Args:
        rate: part of the channels to drop, from 0 to 1.
        seed: an int, for the same masks every time.

    Reference: Tompson et al., 2015, https://arxiv.org/abs/1411.4280
    """

    rank = 1

    @old_names(keras1=P_IS_RATE)
    def __init__(self, rate: float, seed: int | None = None, **kwargs: Any) -> None:
        super().__init__(rate, data_format="channels_last", seed=seed, **kwargs)

    def get_config(self) -> dict[str, Any]:
        config = super().get_config()
        del config["data_format"]
        return config
