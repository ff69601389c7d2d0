"""RandomRotation: pictures turned at random."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from keras_core import ops

from keras_preprocessing.layers.image.warp_layer import WarpLayer, about_centre

if TYPE_CHECKING:
    from collections.abc import Sequence

    from keras_core.typing import DataFormat


class RandomRotation(WarpLayer):
    """RandomRotation: in training turns each picture about its middle by a random angle.

    Args:
        factor: the angle's range (lower, upper) in parts of a full turn, positive to the left; or x for (-x, x).
        fill_mode: what lies outside of the picture: "reflect" repeats it mirrored at its edge, "mirror" at the middle
            of its outermost pixels, "wrap" repeats it, "nearest" repeats the outermost pixel, "constant" is
            `fill_value`. Defaults to "reflect".
        interpolation: "bilinear" or "nearest". Defaults to "bilinear".
        seed: an integer that makes the draws reproducible; None draws a seed. Defaults to None.
        fill_value: a number, for the mode "constant". Defaults to 0.0.
        data_format: "channels_last" or "channels_first"; None takes `keras.config.image_data_format()`. Defaults to
            None.
        **kwargs: `bounding_box_format`, `name`, `dtype` and the other arguments of `Layer`.

    Call arguments:
        data: pictures, or a dict of "images", "labels", "bounding_boxes" and "segmentation_masks".
        training: whether to change them. Defaults to True.

    Input shape:
        (batch, height, width, channels), or with "channels_first" (batch, channels, height, width); or one picture.

    Output shape:
        Same shape as the input.

    Raises:
        ValueError: for a factor out of [-1, 1], or an unknown mode or interpolation.

    Example:
        >>> import numpy as np
        >>> from keras_preprocessing.layers import RandomRotation
        >>> quarter = RandomRotation((0.25, 0.25), data_format="channels_last")
        >>> x = np.array([[1.0, 2.0], [3.0, 4.0]], "float32").reshape(1, 2, 2, 1)
        >>> np.asarray(quarter(x))[0, :, :, 0].round(3).tolist()
        [[2.0, 4.0], [1.0, 3.0]]
    """

    def __init__(
        self,
        factor: float | Sequence[float],
        fill_mode: str = "reflect",
        interpolation: str = "bilinear",
        seed: int | None = None,
        fill_value: float = 0.0,
        data_format: DataFormat = None,
        **kwargs: Any,
    ) -> None:
        options: dict[str, Any] = {"fill_mode": fill_mode, "interpolation": interpolation, "fill_value": fill_value}
        super().__init__(factor=factor, seed=seed, data_format=data_format, **options, **kwargs)

    def get_random_transformation(self, data: Any, training: bool = True, seed: Any = None) -> dict[str, Any] | None:
        if not training or self.factor == (0, 0):
            return None
        lower, upper = (2 * math.pi * bound for bound in self.factor)
        angle = self.draw((self.batch_size(data),), (lower, upper), seed)
        cosine, sine = ops.cos(angle), ops.sin(angle)
        size = self.image_size(data)
        return {"matrix": about_centre((cosine, ops.negative(sine), sine, cosine), size), "size": size}
