"""RandomErasing: pictures with a patch erased at random."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from keras_core import ops, random
from keras_core.plain_arguments import listed

from keras_preprocessing.layers.encoding import describe
from keras_preprocessing.layers.image.patches import draw_patches, inside
from keras_preprocessing.layers.image.random_color_layer import RandomColorLayer

if TYPE_CHECKING:
    from collections.abc import Sequence

    from keras_core.typing import DataFormat, Tensor


class RandomErasing(RandomColorLayer):
    """RandomErasing: in training erases a rectangle from some pictures, drawn at random.

    Args:
        factor: bounds of the probability, which is drawn for each picture: (lower, upper) from 0 to 1, or x for (0, x).
            Defaults to 1.
        scale: bounds of the square of the rectangle's width and height, as parts of those of the picture; they are
            drawn apart. Defaults to (0.02, 0.33).
        fill_value: what stands in the rectangle: a number, one for each channel, or None for noise. Defaults to None.
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
        ValueError: for a factor, scale, value or range that is none.

    Example:
        >>> import numpy as np
        >>> from keras_preprocessing.layers import RandomErasing
        >>> layer = RandomErasing((1.0, 1.0), scale=(0.25, 0.25), fill_value=7, data_format="channels_last")
        >>> int((np.asarray(layer(np.zeros((1, 4, 4, 1), "float32"))) == 7).sum())
        4

    Reference: Zhong et al., "Random Erasing Data Augmentation", 2017.
    """

    def __init__(
        self,
        factor: float | Sequence[float] = 1.0,
        scale: float | Sequence[float] = (0.02, 0.33),
        fill_value: float | Sequence[float] | None = None,
        value_range: Sequence[float] = (0, 255),
        seed: int | None = None,
        data_format: DataFormat = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(factor, data_format=data_format, value_range=value_range, seed=seed, **kwargs)
        self.scale = self.checked_range("scale", scale, 0, 1)
        fill_value = listed(fill_value)
        several = fill_value if isinstance(fill_value, (list, tuple)) else [0 if fill_value is None else fill_value]
        if not several or not all(isinstance(one, (int, float)) for one in several):
            raise ValueError(
                f"{describe(self)}: fill_value must be a number, one for each channel or None, got {fill_value!r}."
            )
        self.fill_value = fill_value

    def get_random_transformation(self, data: Any, training: bool = True, seed: Any = None) -> dict[str, Any] | None:
        if not training:
            return None
        seed = self.stream(seed)
        batch, (height, width) = self.batch_size(data), self.image_size(data)
        chosen = self.draw_chosen(batch, seed)
        low, high = self.scale
        ratios = ops.sqrt(self.draw((2, batch), (low, high), seed))
        corners = draw_patches(ratios, self.draw((2, batch), seed=seed), height, width)
        found = {"apply_erasing": chosen, "corners": corners}
        if self.fill_value is None:
            found["fill_value"] = self._noise((batch, *self.images_shape(data)[-3:]), seed)
        return found

    def _noise(self, shape: tuple[Any, ...], seed: Any) -> Tensor:
        """Normal numbers for pictures of a shape, all different within the greatest patch, and repeated beyond it."""
        drawn, times = list(shape), [1, 1, 1, 1]
        if all(isinstance(length, int) for length in shape[1:]):
            for axis in (self.height_axis, self.width_axis):
                drawn[axis] = min(shape[axis], int(math.sqrt(self.scale[1]) * shape[axis]) + 1)
                times[axis] = -(-shape[axis] // drawn[axis])
        noise = random.normal(drawn, stddev=self.value_range[1], dtype="float32", seed=seed)
        tiled = ops.tile(self.clipped(noise), times)
        return tiled[(slice(None), *(slice(0, length) for length in shape[1:]))]

    def change_colors(self, images: Tensor, transformation: Any) -> Tensor:
        shape = ops.shape(images)
        size = shape[self.height_axis], shape[self.width_axis]
        chosen = transformation["apply_erasing"]
        erased = inside(transformation["corners"], *size, self.channels_axis, chosen)
        return ops.where(erased, self._fill(transformation), images)

    def _fill(self, transformation: Any) -> Any:
        if self.fill_value is None:
            return ops.cast(transformation["fill_value"], self.compute_dtype)
        values = ops.cast(self.fill_value, self.compute_dtype)
        shape = [1, 1, 1]
        shape[self.channels_axis] = -1
        return self.clipped(ops.reshape(values, shape))

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "scale": self.scale, "fill_value": self.fill_value}
