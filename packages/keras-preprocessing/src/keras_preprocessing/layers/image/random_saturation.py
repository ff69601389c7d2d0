"""RandomSaturation: pictures with stronger or paler colours at random."""

from __future__ import annotations

from functools import reduce
from typing import TYPE_CHECKING, Any

from keras_core import ops

from keras_preprocessing.layers.image.random_color_layer import RandomColorLayer

if TYPE_CHECKING:
    from collections.abc import Sequence

    from keras_core.typing import DataFormat, Tensor


class RandomSaturation(RandomColorLayer):
    """RandomSaturation: in training multiplies the saturation of each picture; hue and value stay.

    Args:
        factor: bounds of a random number f: (lower, upper) from 0 to 1, or x for (0, x). The saturation is multiplied
            by ``f / (1 - f)``: 0 makes grey pictures, 0.5 leaves them as they are, 1 makes colours as strong as they
            can be.
        value_range: the least and the greatest value of a pixel. Defaults to (0, 255).
        data_format: "channels_last" or "channels_first"; None takes `keras.config.image_data_format()`. Defaults to
            None.
        seed: an integer that makes the draws reproducible; None draws a seed. Defaults to None.
        **kwargs: `bounding_box_format`, `name`, `dtype` and the other arguments of `Layer`.

    Call arguments:
        data: pictures, or a dict of "images" and of "labels", "bounding_boxes" and "segmentation_masks", which stay as
            they are.
        training: whether to change them. Defaults to True.

    Input shape:
        (batch, height, width, channels), or with "channels_first" (batch, channels, height, width); or one picture.

    Output shape:
        Same shape as the input. The channels are red, green and blue.

    Raises:
        ValueError: for a factor or range that is none.

    Example:
        >>> import numpy as np
        >>> from keras_preprocessing.layers import RandomSaturation
        >>> x = np.array([[[[200.0, 100.0, 50.0]]]], "float32")
        >>> np.asarray(RandomSaturation((0.0, 0.0), data_format="channels_last")(x)).ravel().tolist()
        [200.0, 200.0, 200.0]

    Reference: Smith, "Color Gamut Transform Pairs", 1978.
    """

    def __init__(
        self,
        factor: float | Sequence[float],
        value_range: Sequence[float] = (0, 255),
        data_format: DataFormat = None,
        seed: int | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(factor, data_format=data_format, value_range=value_range, seed=seed, **kwargs)

    def draw_colors(self, batch_size: Any, seed: Any) -> dict[str, Any]:
        drawn = self.draw((batch_size,), self.factor, seed)
        return {"factor": ops.divide(drawn, ops.subtract(1 + 1e-7, drawn))}

    def change_colors(self, images: Tensor, transformation: Any) -> Tensor:
        # Of one hue and value, colours lie on a line from grey: how far they are from it is multiplied, as far as no
        # value falls below the range's least one.
        values = self.scaled(images, 1.0)
        channels = ops.split(values, ops.shape(values)[self.channels_axis], axis=self.channels_axis)
        greatest = reduce(ops.maximum, channels)  # faster than over an axis of three
        spread = ops.subtract(greatest, reduce(ops.minimum, channels))
        most = ops.divide(greatest, ops.maximum(spread, 1e-7))
        times = ops.minimum(self.each(transformation["factor"]), most)
        found = ops.subtract(greatest, ops.multiply(ops.subtract(greatest, values), times))
        return self.scaled_back(found, 1.0)
