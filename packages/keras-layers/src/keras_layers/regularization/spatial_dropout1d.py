"""SpatialDropout1D: dropout of whole channels of sequences."""

from __future__ import annotations

from typing import Any

from keras_layers.old_names import old_names
from keras_layers.regularization.base_spatial_dropout import BaseSpatialDropout
from keras_layers.regularization.dropout import P_IS_RATE


class SpatialDropout1D(BaseSpatialDropout):
    """Spatial dropout: in training sets whole channels of sequences to 0 and scales the others by ``1 / (1 - rate)``.

    Neighbouring positions of a channel are strongly correlated; dropping single elements would therefore regularize
    little.

    Args:
        rate: fraction of the channels to drop, from 0 to 1.
        seed: an integer that makes the random masks reproducible; None draws a seed. Defaults to None.
        **kwargs: `name`, `dtype`, `trainable` and the other arguments of `Layer`.

    Call arguments:
        inputs: tensor.
        training: whether to apply it; otherwise the input is returned.

    Input shape:
        ``(batch, steps, channels)``

    Output shape:
        Same shape as the input.

    Raises:
        ValueError: if `rate` is not in [0, 1].

    Example:
        >>> import numpy as np
        >>> from keras_layers import SpatialDropout1D
        >>> tuple(SpatialDropout1D(0.5)(np.ones((2, 10, 3), "float32"), training=True).shape)
        (2, 10, 3)

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
