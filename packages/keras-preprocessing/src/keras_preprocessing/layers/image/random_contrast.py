"""RandomContrast: pictures with more or less contrast at random."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from keras_core import ops

from keras_preprocessing.layers.encoding import describe
from keras_preprocessing.layers.image.random_color_layer import RandomColorLayer

if TYPE_CHECKING:
    from collections.abc import Sequence

    from keras_core.typing import Tensor


class RandomContrast(RandomColorLayer):
    """RandomContrast: in training gives each channel of a picture ``(x - mean) * contrast + mean``, clipped.

    The contrast is drawn for each picture, between ``1 - lower`` and ``1 + upper``; the mean is that of the channel.

    Args:
        factor: (lower, upper), from 0 to 1 each, or x for (x, x), as Keras 2 and Keras 3's documentation have it;
            Keras 3.15.1 itself takes x for (0, x), so that pictures never lose contrast.
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
        >>> from keras_preprocessing.layers import RandomContrast
        >>> x = np.array([100.0, 110.0], "float32").reshape(1, 1, 2, 1)
        >>> np.asarray(RandomContrast((1.0, 0.0), seed=1, data_format="channels_last")(x)).mean().round(3).item()
        105.0
    """

    _USE_BASE_FACTOR = False

    def __init__(
        self,
        factor: float | Sequence[float],
        value_range: Sequence[float] = (0, 255),
        seed: int | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(value_range=value_range, seed=seed, **kwargs)
        pair = tuple(factor) if isinstance(factor, (tuple, list)) else (factor, factor)
        if len(pair) != 2 or not all(isinstance(one, (int, float)) and 0 <= one <= 1 for one in pair):
            raise ValueError(
                f"{describe(self)}: factor must be a number or a pair of numbers from 0 to 1, got {factor!r}."
            )
        self.factor = (float(pair[0]), float(pair[1]))

    def draw_colors(self, batch_size: Any, seed: Any) -> dict[str, Any]:
        return {"contrast_factor": self.draw((batch_size,), (1 - self.factor[0], 1 + self.factor[1]), seed)}

    def change_colors(self, images: Tensor, transformation: Any) -> Tensor:
        mean = ops.mean(images, axis=(self.height_axis, self.width_axis), keepdims=True)
        contrast = self.each(transformation["contrast_factor"])
        rest = self.in_columns(ops.subtract(mean, ops.multiply(mean, contrast)), images)
        return self.clipped(ops.add(ops.multiply(images, contrast), rest))

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "factor": self.factor}
