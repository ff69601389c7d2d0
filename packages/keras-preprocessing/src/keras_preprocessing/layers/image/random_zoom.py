"""RandomZoom: pictures enlarged and reduced at random."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from keras_preprocessing.layers.image.base_image_preprocessing_layer import as_given
from keras_preprocessing.layers.image.warp_layer import WarpLayer, about_centre

if TYPE_CHECKING:
    from collections.abc import Sequence

    from keras_core.typing import DataFormat

_LEAST = -0.99  # nearly a single pixel enlarged to the whole picture


class RandomZoom(WarpLayer):
    """RandomZoom: in training shows each picture about its middle smaller or larger, in its size.

    Args:
        height_factor: the range (lower, upper) of how much more of the height is seen: 0.2 shows 1.2 times the height,
            so that the picture is smaller, and -0.2 shows 0.8 times of it, so that it is larger; or x for (-x, x).
        width_factor: the same for the width; None is what is drawn for the height, so that nothing is distorted.
            Defaults to None.
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
        >>> from keras_preprocessing.layers import RandomZoom
        >>> out = RandomZoom((1.0, 1.0), fill_mode="constant", interpolation="nearest", data_format="channels_last")
        >>> np.asarray(out(np.ones((1, 4, 4, 1), "float32")))[0, :, :, 0].tolist()
        [[0.0, 0.0, 0.0, 0.0], [0.0, 1.0, 1.0, 0.0], [0.0, 1.0, 1.0, 0.0], [0.0, 0.0, 0.0, 0.0]]
    """

    _USE_BASE_FACTOR = False

    def __init__(
        self,
        height_factor: float | Sequence[float],
        width_factor: float | Sequence[float] | None = None,
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
        high = self.checked_range("height_factor", height_factor, -1, 1)
        wide = high if width_factor is None else self.checked_range("width_factor", width_factor, -1, 1)
        self.height_lower, self.height_upper = high
        self.width_lower, self.width_upper = wide

    def get_random_transformation(self, data: Any, training: bool = True, seed: Any = None) -> dict[str, Any] | None:
        columns, rows = (self.width_lower, self.width_upper), (self.height_lower, self.height_upper)
        if not training or columns == rows == (0, 0):
            return None
        batch = self.batch_size(data)
        if self.width_factor is None:
            wide = high = self.draw((batch,), _shown(rows), seed)
        else:
            wide, high = self.draw_pairs(batch, _shown(columns), _shown(rows), seed)
        size = self.image_size(data)
        return {"matrix": about_centre((wide, 0.0, 0.0, high), size), "size": size}

    def get_config(self) -> dict[str, Any]:
        own = {"height_factor": self.height_factor, "width_factor": self.width_factor}
        return {**super().get_config(), **own}


def _shown(factor: tuple[float, float]) -> tuple[float, float]:
    """The bounds of how many times a side is seen."""
    return 1 + max(factor[0], _LEAST), 1 + max(factor[1], _LEAST)
