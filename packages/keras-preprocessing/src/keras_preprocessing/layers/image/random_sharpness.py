"""RandomSharpness: pictures blurred or sharpened at random."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from keras_core import ops

from keras_preprocessing.layers.image.neighbours import neighbours
from keras_preprocessing.layers.image.random_color_layer import RandomColorLayer

if TYPE_CHECKING:
    from collections.abc import Sequence

    from keras_core.typing import DataFormat, Tensor


class RandomSharpness(RandomColorLayer):
    """RandomSharpness: in training blends each picture with a smoothed one, or takes it further from that.

    A smoothed pixel is the mean of its 3 x 3 neighbours, where itself counts 5 times; beyond the border they are 0.

    Args:
        factor: bounds of a random number: (lower, upper) from 0 to 1, or x for (0, x). 0 is the smoothed picture, 0.5
            the picture itself, 1 the sharpest.
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
        Same shape as the input.

    Raises:
        ValueError: for a factor or range that is none.

    Example:
        >>> import numpy as np
        >>> from keras_preprocessing.layers import RandomSharpness
        >>> x = np.full((1, 3, 3, 1), 130.0, "float32")
        >>> np.asarray(RandomSharpness((0.0, 0.0), data_format="channels_last")(x))[0, 1].round(3).ravel().tolist()
        [100.0, 130.0, 100.0]

    Reference: Cubuk et al., "AutoAugment: Learning Augmentation Policies from Data", 2018.
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

    def change_colors(self, images: Tensor, transformation: Any) -> Tensor:
        around = neighbours(images, self.height_axis, [1, 1])
        around = neighbours(around, self.width_axis, [1, 1])
        # A share of the smoothed picture, in which a pixel weighs 5 and each of those around it 1 of 13.
        share = ops.multiply(ops.subtract(1, ops.multiply(transformation["factor"], 2)), 1 / 13)
        kept = ops.multiply(images, self.each(ops.subtract(1, ops.multiply(share, 9))))
        return self.clipped(ops.add(kept, ops.multiply(around, self.each(share))))
