"""RandomShear: pictures made oblique at random."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from keras_core import ops

from keras_preprocessing.layers.image.warp_layer import WarpLayer, in_rows

if TYPE_CHECKING:
    from collections.abc import Sequence

    from keras_core.typing import DataFormat


class RandomShear(WarpLayer):
    """RandomShear: in training moves the rows and columns of each picture the further, the further down or right.

    The sign is drawn for each picture; its left upper corner stays in its place.

    Args:
        x_factor: the range (lower, upper) of how many columns a row is moved further than the one above; or x for
            (-x, x). The numbers given are from 0 to 1. Defaults to 0.0.
        y_factor: the same of how many rows a column is moved further than the one before. Defaults to 0.0.
        interpolation: "bilinear" or "nearest". Defaults to "bilinear".
        fill_mode: what lies outside of the picture, see `RandomRotation`. Defaults to "reflect".
        fill_value: a number, for the mode "constant". Defaults to 0.0.
        data_format: "channels_last" or "channels_first"; None takes `keras.config.image_data_format()`. Defaults to
            None.
        seed: an integer that makes the draws reproducible; None draws a seed. Defaults to None.
        **kwargs: `bounding_box_format`, `name`, `dtype` and the other arguments of `Layer`.

    Call arguments:
        data: pictures, or a dict of "images", "labels", "bounding_boxes" and "segmentation_masks".
        training: whether to change them. Defaults to True.

    Input shape:
        (batch, height, width, channels), or with "channels_first" (batch, channels, height, width); or one picture.

    Output shape:
        Same shape as the input.

    Raises:
        ValueError: for factors out of [0, 1], or an unknown mode or interpolation.

    Example:
        >>> import numpy as np
        >>> from keras_preprocessing.layers import RandomShear
        >>> x = np.zeros((1, 8, 8, 3), "float32")
        >>> tuple(RandomShear(0.3, 0.1, data_format="channels_last")(x).shape)
        (1, 8, 8, 3)
    """

    _USE_BASE_FACTOR = False

    def __init__(
        self,
        x_factor: float | Sequence[float] = 0.0,
        y_factor: float | Sequence[float] = 0.0,
        interpolation: str = "bilinear",
        fill_mode: str = "reflect",
        fill_value: float = 0.0,
        data_format: DataFormat = None,
        seed: int | None = None,
        **kwargs: Any,
    ) -> None:
        options: dict[str, Any] = {"fill_mode": fill_mode, "interpolation": interpolation, "fill_value": fill_value}
        super().__init__(seed=seed, data_format=data_format, **options, **kwargs)
        self.x_factor, self.y_factor = self._shear("x_factor", x_factor), self._shear("y_factor", y_factor)

    def _shear(self, argument: str, value: float | Sequence[float]) -> tuple[float, float]:
        lower, upper = self.checked_range(argument, value, 0, 1)
        return (lower, upper) if isinstance(value, (tuple, list)) else (-upper, upper)

    def get_random_transformation(self, data: Any, training: bool = True, seed: Any = None) -> dict[str, Any] | None:
        if not training or self.x_factor == self.y_factor == (0, 0):
            return None
        drawn = self.draw((3, self.batch_size(data)), seed=seed)
        sign = ops.sign(ops.subtract(drawn[2], 0.5))
        across, down = (
            ops.multiply(sign, ops.add(ops.multiply(part, upper - lower), lower))
            for part, (lower, upper) in zip((drawn[0], drawn[1]), (self.x_factor, self.y_factor), strict=True)
        )
        return {"matrix": in_rows((1.0, across, 0.0, down, 1.0, 0.0, 0.0, 0.0)), "size": self.image_size(data)}

    def get_config(self) -> dict[str, Any]:
        own = {name: _factor_of(getattr(self, name)) for name in ("x_factor", "y_factor")}
        return {**super().get_config(), **own}


def _factor_of(bounds: tuple[float, float]) -> float | tuple[float, float]:
    """The argument that stands for these bounds, which are no argument themselves where they are symmetric."""
    return bounds[1] if bounds[0] < 0 or bounds == (0, 0) else bounds
