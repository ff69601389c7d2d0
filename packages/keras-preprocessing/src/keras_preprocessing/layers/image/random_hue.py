"""RandomHue: pictures whose hues are turned at random."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from keras_core import ops

from keras_preprocessing.layers.image.random_color_layer import RandomColorLayer

if TYPE_CHECKING:
    from collections.abc import Sequence

    from keras_core.typing import DataFormat, Tensor


class RandomHue(RandomColorLayer):
    """RandomHue: in training turns the hues of each picture by a random angle; saturation and value stay.

    Args:
        factor: bounds of the angle, as parts of half a circle: (lower, upper) from 0 to 1, or x for (0, x). It is
            turned to the left or the right.
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
        >>> from keras_preprocessing.layers import RandomHue
        >>> x = np.array([[[[255.0, 0.0, 0.0]]]], "float32")
        >>> np.asarray(RandomHue((1.0, 1.0), data_format="channels_last")(x)).ravel().tolist()
        [0.0, 255.0, 255.0]

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
        drawn = self.draw((2, batch_size), seed=seed)
        low, high = self.factor
        angle = ops.add(ops.multiply(drawn[0], (high - low) / 2), low / 2)
        return {"factor": ops.where(ops.less(drawn[1], 0.5), ops.negative(angle), angle)}

    def change_colors(self, images: Tensor, transformation: Any) -> Tensor:
        # What `rgb_to_hsv` and `hsv_to_rgb` do one after the other, without the saturation, which stays.
        axis = self.channels_axis
        red, green, blue = ops.split(self.scaled(images, 1.0), 3, axis=axis)
        value = ops.maximum(ops.maximum(red, green), blue)
        chroma = ops.subtract(value, ops.minimum(ops.minimum(red, green), blue))
        of_red, of_green = ops.equal(value, red), ops.equal(value, green)
        difference = ops.where(
            of_red,
            ops.subtract(green, blue),
            ops.where(of_green, ops.subtract(blue, red), ops.subtract(red, green)),
        )
        origin = ops.cast(ops.where(of_red, 0.0, ops.where(of_green, 2.0, 4.0)), self.compute_dtype)
        sixth = ops.add(ops.divide(difference, ops.where(ops.equal(chroma, 0), 1, chroma)), origin)
        turned = ops.add(sixth, ops.multiply(self.each(transformation["factor"]), 6))
        channels = []
        for offset in (5, 3, 1):
            place = ops.add(turned, offset)
            place = ops.subtract(
                place, ops.multiply(ops.floor(ops.divide(place, 6)), 6)
            )  # mod() takes ten times as long
            amount = ops.clip(ops.minimum(place, ops.subtract(4, place)), 0, 1)
            channels.append(ops.subtract(value, ops.multiply(chroma, amount)))
        return self.clipped(self.scaled_back(ops.concatenate(channels, axis=axis), 1.0))
