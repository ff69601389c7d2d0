"""RandomTranslation: pictures moved at random."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from keras_core import ops

from keras_preprocessing.layers.image.base_image_preprocessing_layer import as_given
from keras_preprocessing.layers.image.warp_layer import WarpLayer, about_centre

if TYPE_CHECKING:
    from collections.abc import Sequence

    from keras_core.typing import DataFormat


class RandomTranslation(WarpLayer):
    """RandomTranslation: in training moves each picture by random parts of its height and width.

    Args:
        height_factor: the range (lower, upper) of how far down, in parts of the height; or x for (-x, x).
        width_factor: the same of how far to the right, in parts of the width.
        fill_mode: what lies outside of the picture, see `RandomRotation`. Defaults to "reflect".
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
        ValueError: for factors out of [-1, 1], or an unknown mode or interpolation.

    Example:
        >>> import numpy as np
        >>> from keras_preprocessing.layers import RandomTranslation
        >>> down = RandomTranslation((0.5, 0.5), 0.0, fill_mode="constant", data_format="channels_last")
        >>> x = np.array([[1.0, 2.0], [3.0, 4.0]], "float32").reshape(1, 2, 2, 1)
        >>> np.asarray(down(x))[0, :, :, 0].tolist()
        [[0.0, 0.0], [1.0, 2.0]]
    """

    _USE_BASE_FACTOR = False

    def __init__(
        self,
        height_factor: float | Sequence[float],
        width_factor: float | Sequence[float],
        fill_mode: str = "reflect",
        interpolation: str = "bilinear",
        seed: int | None = None,
        fill_value: float = 0.0,
        data_format: DataFormat = None,
        **kwargs: Any,
    ) -> None:
        options: dict[str, Any] = {"fill_mode": fill_mode, "interpolation": interpolation, "fill_value": fill_value}
        super().__init__(seed=seed, data_format=data_format, **options, **kwargs)
        self.height_factor, self.width_factor = as_given(height_factor), as_given(width_factor)
        self.height_lower, self.height_upper = self.checked_range("height_factor", height_factor, -1, 1)
        self.width_lower, self.width_upper = self.checked_range("width_factor", width_factor, -1, 1)

    def get_random_transformation(self, data: Any, training: bool = True, seed: Any = None) -> dict[str, Any] | None:
        wide, high = (self.width_lower, self.width_upper), (self.height_lower, self.height_upper)
        if not training or wide == high == (0, 0):
            return None
        size = self.image_size(data)
        parts = self.draw_pairs(self.batch_size(data), wide, high, seed)
        shift = [ops.multiply(part, ops.cast(n, "float32")) for part, n in zip(parts, size[::-1], strict=True)]
        return {"matrix": about_centre((1.0, 0.0, 0.0, 1.0), size, shift), "size": size}

    def get_config(self) -> dict[str, Any]:
        own = {"height_factor": self.height_factor, "width_factor": self.width_factor}
        return {**super().get_config(), **own}
