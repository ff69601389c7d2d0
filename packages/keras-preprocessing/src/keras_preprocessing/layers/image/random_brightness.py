"""RandomBrightness: pictures made lighter or darker at random."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from keras_core import ops

from keras_preprocessing.layers.image.random_color_layer import RandomColorLayer

if TYPE_CHECKING:
    from collections.abc import Sequence

    from keras_core.typing import Tensor


class RandomBrightness(RandomColorLayer):
    """RandomBrightness: in training adds a random number to all values of each picture, and clips them to their range.

    Args:
        factor: bounds of the number, as parts of the range's width: (lower, upper) from -1 (black) to 1 (white), or x
            for (-x, x).
        value_range: the least and the greatest value of a pixel. Defaults to (0, 255).
        seed: an integer that makes the draws reproducible; None draws a seed. Defaults to None.
        **kwargs: `data_format`, `bounding_box_format`, `name`, `dtype` and the other arguments of `Layer`.

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
        >>> from keras_preprocessing.layers import RandomBrightness
        >>> x = np.array([[[[0.0, 100.0, 250.0]]]], "float32")
        >>> np.asarray(RandomBrightness((0.2, 0.2), data_format="channels_last")(x)).ravel().tolist()
        [51.0, 151.0, 255.0]
    """

    _FACTOR_BOUNDS = (-1, 1)

    def __init__(
        self,
        factor: float | Sequence[float],
        value_range: Sequence[float] = (0, 255),
        seed: int | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(factor, value_range=value_range, seed=seed, **kwargs)

    def draw_colors(self, batch_size: Any, seed: Any) -> dict[str, Any]:
        width = self.value_range[1] - self.value_range[0]
        bounds = (self.factor[0] * width, self.factor[1] * width)
        return {"rgb_delta": self.draw((batch_size,), bounds, seed)}

    def change_colors(self, images: Tensor, transformation: Any) -> Tensor:
        return self.clipped(ops.add(images, self.each(transformation["rgb_delta"])))
