"""SpatialDropout2D: dropout of whole channels of images."""

from __future__ import annotations

from keras_layers.regularization.base_spatial_dropout import BaseSpatialDropout


class SpatialDropout2D(BaseSpatialDropout):
    """Spatial dropout: in training sets whole channels of images to 0 and scales the others by ``1 / (1 - rate)``.

    Neighbouring positions of a channel are strongly correlated; dropping single elements would therefore regularize
    little.

    Args:
        rate: fraction of the channels to drop, from 0 to 1.
        data_format: "channels_last" or "channels_first"; by default `keras.config.image_data_format()`.
        seed: an integer that makes the random masks reproducible; None draws a seed. Defaults to None.
        **kwargs: `name`, `dtype`, `trainable` and the other arguments of `Layer`.

    Call arguments:
        inputs: tensor.
        training: whether to apply it; otherwise the input is returned.

    Input shape:
        ``(batch, height, width, channels)`` with `data_format` "channels_last", ``(batch, channels, height, width)``
        with "channels_first".

    Output shape:
        Same shape as the input.

    Raises:
        ValueError: if `rate` is not in [0, 1] or `data_format` is unknown.

    Example:
        >>> import numpy as np
        >>> from keras_layers import SpatialDropout2D
        >>> tuple(SpatialDropout2D(0.5)(np.ones((2, 8, 8, 3), "float32"), training=True).shape)
        (2, 8, 8, 3)

    Reference: Tompson et al., 2015, https://arxiv.org/abs/1411.4280
    """

    rank = 2
