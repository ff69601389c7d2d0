"""RandomColorDegeneration: pictures with dull colours at random."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from keras_core import ops

from keras_preprocessing.layers.image.random_color_layer import RandomColorLayer

if TYPE_CHECKING:
    from collections.abc import Sequence

    from keras_core.typing import DataFormat, Tensor


class RandomColorDegeneration(RandomColorLayer):
    """RandomColorDegeneration: in training blends each picture with itself in grey.

    Args:
        factor: bounds of the share of grey, which is drawn for each picture: (lower, upper) from 0 to 1, or x for
            (0, x).
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
        >>> from keras_preprocessing.layers import RandomColorDegeneration
        >>> x = np.array([[[[100.0, 0.0, 0.0]]]], "float32")
        >>> layer = RandomColorDegeneration((0.5, 0.5), data_format="channels_last")
        >>> np.asarray(layer(x)).round(1).ravel().tolist()
        [64.9, 14.9, 14.9]

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
        grey = ops.rgb_to_grayscale(images, data_format=self.data_format)
        return self.clipped(self.mixed(images, grey, transformation["factor"]))
