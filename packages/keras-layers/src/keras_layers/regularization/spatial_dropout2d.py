"""SpatialDropout2D: drops whole feature maps of images."""

from __future__ import annotations

from keras_layers.regularization.base_spatial_dropout import BaseSpatialDropout


class SpatialDropout2D(BaseSpatialDropout):
    """Drops whole channels of ``(batch, rows, columns, channels)`` while training.

    Neighbours within a channel are alike, so dropping single elements would hide little.

    Args:
        rate: part of the channels to drop, from 0 to 1.
        data_format: "channels_last" or "channels_first"; the configured one by default.
        seed: an int, for the same masks every time.

    Reference: Tompson et al., 2015, https://arxiv.org/abs/1411.4280
    """

    rank = 2
