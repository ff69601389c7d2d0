"""Equalization: pictures in which every value is about as frequent."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from keras_core import ops

from keras_preprocessing.layers.encoding import describe
from keras_preprocessing.layers.image.base_color_layer import BaseColorLayer
from keras_preprocessing.layers.image.histograms import histograms, in_rows

if TYPE_CHECKING:
    from collections.abc import Sequence

    from keras_core.typing import DataFormat, Tensor


class Equalization(BaseColorLayer):
    """Equalization: spreads the values of each channel of a picture by their histogram, with training and without.

    A value becomes the share of pixels that are not lighter, of those that are lighter than the darkest. A channel
    of one value stays as it is.

    Args:
        value_range: the least and the greatest value of a pixel. Defaults to (0, 255).
        bins: number of bars of the histogram. Defaults to 256.
        data_format: "channels_last" or "channels_first"; None takes `keras.config.image_data_format()`. Defaults to
            None.
        **kwargs: `bounding_box_format`, `name`, `dtype` and the other arguments of `Layer`.

    Call arguments:
        data: pictures, or a dict of "images" and of "labels", "bounding_boxes" and "segmentation_masks", which stay as
            they are.
        training: makes no difference. Defaults to True.

    Input shape:
        (batch, height, width, channels), or with "channels_first" (batch, channels, height, width); or one picture.

    Output shape:
        Same shape as the input.

    Raises:
        ValueError: for a range that is none, or fewer than two bins.

    Example:
        >>> import numpy as np
        >>> from keras_preprocessing.layers import Equalization
        >>> x = np.array([10.0, 20.0, 20.0, 21.0], "float32").reshape(1, 1, 4, 1)
        >>> np.asarray(Equalization(data_format="channels_last")(x)).ravel().tolist()
        [0.0, 170.0, 170.0, 255.0]

    Reference: Hummel, "Image Enhancement by Histogram Transformation", 1977.
    """

    _USE_BASE_FACTOR = False

    def __init__(
        self,
        value_range: Sequence[float] = (0, 255),
        bins: int = 256,
        data_format: DataFormat = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(value_range=value_range, data_format=data_format, **kwargs)
        if not isinstance(bins, int) or bins < 2:
            raise ValueError(f"{describe(self)}: bins must be an int of at least 2, got {bins!r}.")
        self.bins = bins

    def change_colors(self, images: Tensor, transformation: Any) -> Tensor:
        channels = self.channels_apart(images)
        rows = ops.reshape(channels, (-1, ops.shape(channels)[2] * ops.shape(channels)[3]))
        whole = ops.multiply(self.whole_values(ops.cast(rows, "float32")), (self.bins - 1) / 255)
        places = in_rows(ops.cast(ops.clip(whole, 0, self.bins - 1), "int32"), self.bins)
        reached = ops.cumsum(histograms(places, self.bins), axis=1)
        number = reached[:, -1:]
        darkest = ops.min(ops.where(ops.greater(reached, 0), reached, number), axis=1, keepdims=True)
        shares = ops.divide(ops.subtract(reached, darkest), ops.maximum(ops.subtract(number, darkest), 1))
        table = ops.maximum(ops.round(ops.multiply(shares, 255)), 0)
        found = ops.take(ops.reshape(table, (-1,)), places)
        found = ops.cast(self.scaled_back(found, 255.0), self.compute_dtype)
        spread = ops.where(ops.equal(darkest, number), rows, found)
        return self.channels_back(ops.reshape(spread, ops.shape(channels)))

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "bins": self.bins}
