"""RandomPosterization: pictures with fewer values in each channel, at random."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from keras_core import ops

from keras_preprocessing.layers.image.random_color_layer import RandomColorLayer

if TYPE_CHECKING:
    from collections.abc import Sequence

    from keras_core.typing import DataFormat, Tensor


class RandomPosterization(RandomColorLayer):
    """RandomPosterization: in training keeps of the 8 bits of each value only the highest ones.

    Args:
        factor: bounds of how many bits each picture keeps, drawn at random and both included: (lower, upper) from 1 to
            8, or x for (1, x).
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
        >>> from keras_preprocessing.layers import RandomPosterization
        >>> x = np.array([[[[100.0, 200.0, 255.0]]]], "float32")
        >>> np.asarray(RandomPosterization((2, 2), data_format="channels_last")(x)).ravel().tolist()
        [64.0, 192.0, 192.0]

    Reference: Cubuk et al., "AutoAugment: Learning Augmentation Policies from Data", 2018.
    """

    _FACTOR_BOUNDS = (1, 8)

    def __init__(
        self,
        factor: int | Sequence[int],
        value_range: Sequence[float] = (0, 255),
        data_format: DataFormat = None,
        seed: int | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(factor, data_format=data_format, value_range=value_range, seed=seed, **kwargs)

    def draw_colors(self, batch_size: Any, seed: Any) -> dict[str, Any]:
        bits = ops.floor(self.draw((batch_size,), (self.factor[0], self.factor[1] + 1), seed))
        return {"shift_factor": ops.subtract(8, ops.minimum(bits, self.factor[1]))}

    def change_colors(self, images: Tensor, transformation: Any) -> Tensor:
        step = ops.power(2.0, transformation["shift_factor"])
        kept = ops.floor(ops.multiply(self.whole_values(images), self.each(ops.divide(1, step))))
        return self.scaled_back(ops.multiply(kept, self.each(step)), 255.0)
