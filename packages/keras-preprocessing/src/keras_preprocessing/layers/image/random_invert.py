"""RandomInvert: negatives of pictures at random."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from keras_core import ops

from keras_preprocessing.layers.image.random_color_layer import RandomColorLayer

if TYPE_CHECKING:
    from collections.abc import Sequence

    from keras_core.typing import DataFormat, Tensor


class RandomInvert(RandomColorLayer):
    """RandomInvert: in training makes negatives of some pictures, drawn at random.

    Args:
        factor: bounds of the probability, which is drawn for each picture: (lower, upper) from 0 to 1, or x for (0, x).
            Defaults to 1.
        value_range: the least and the greatest value of a pixel. Defaults to (0, 255).
        seed: an integer that makes the draws reproducible; None draws a seed. Defaults to None.
        data_format: "channels_last" or "channels_first"; None takes `keras.config.image_data_format()`. Defaults to
            None.
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
        >>> from keras_preprocessing.layers import RandomInvert
        >>> x = np.array([[[[0.0, 100.0, 255.0]]]], "float32")
        >>> np.asarray(RandomInvert((1.0, 1.0), data_format="channels_last")(x)).ravel().tolist()
        [255.0, 155.0, 0.0]
    """

    def __init__(
        self,
        factor: float | Sequence[float] = 1.0,
        value_range: Sequence[float] = (0, 255),
        seed: int | None = None,
        data_format: DataFormat = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(factor, data_format=data_format, value_range=value_range, seed=seed, **kwargs)

    def draw_colors(self, batch_size: Any, seed: Any) -> dict[str, Any]:
        return {"chosen": self.draw_chosen(batch_size, seed)}

    def change_colors(self, images: Tensor, transformation: Any) -> Tensor:
        chosen = self.each(transformation["chosen"])  # 0 or 1, so that nothing is rounded
        images = ops.multiply(images, ops.subtract(1, ops.multiply(chosen, 2)))
        return ops.add(images, ops.multiply(chosen, sum(self.value_range)))
