"""Pictures moved, mirrored and recolored at random, as Keras 2 drew it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from keras_preprocessing.image.affine import apply_affine_transform
from keras_preprocessing.image.color import apply_brightness_shift, apply_channel_shift

if TYPE_CHECKING:
    from collections.abc import Mapping

    from keras_preprocessing.image.affine import FillMode

Shift = float | int | list[float]

_CHANGES = (
    "theta",
    "tx",
    "ty",
    "shear",
    "zx",
    "zy",
    "flip_horizontal",
    "flip_vertical",
    "channel_shift_intensity",
    "brightness",
)


class RandomChanges:
    """The part of `ImageDataGenerator` that draws a change for each picture, and makes it.

    Attributes are the arguments of `ImageDataGenerator`, and the axes of a batch.
    """

    row_axis: int
    col_axis: int
    channel_axis: int
    rotation_range: float
    width_shift_range: Shift
    height_shift_range: Shift
    brightness_range: tuple[float, float] | None
    shear_range: float
    zoom_range: tuple[float, float]
    channel_shift_range: float
    fill_mode: FillMode
    cval: float
    horizontal_flip: bool
    vertical_flip: bool
    interpolation_order: int

    def get_random_transform(self, img_shape: tuple[int, ...], seed: int | None = None) -> dict[str, Any]:
        """The random numbers of one picture's change, for `apply_transform`.

        Args:
            img_shape: the shape of the picture.
            seed: gives the same numbers as in Keras 2; NumPy's global generator draws when None.
        """
        return self._random_transform(np.random if seed is None else np.random.RandomState(seed), img_shape)

    def _random_transform(self, draws: Any, img_shape: tuple[int, ...]) -> dict[str, Any]:
        height, width = img_shape[self.row_axis - 1], img_shape[self.col_axis - 1]
        theta = draws.uniform(-self.rotation_range, self.rotation_range) if self.rotation_range else 0
        tx = _shift(draws, self.height_shift_range, height)
        ty = _shift(draws, self.width_shift_range, width)
        shear = draws.uniform(-self.shear_range, self.shear_range) if self.shear_range else 0
        low, high = self.zoom_range
        zx, zy = (1, 1) if low == high == 1 else draws.uniform(low, high, 2)
        flip_horizontal = bool(draws.random_sample() < 0.5) and self.horizontal_flip
        flip_vertical = bool(draws.random_sample() < 0.5) and self.vertical_flip
        range_ = self.channel_shift_range
        return {
            "theta": theta,
            "tx": tx,
            "ty": ty,
            "shear": shear,
            "zx": zx,
            "zy": zy,
            "flip_horizontal": flip_horizontal,
            "flip_vertical": flip_vertical,
            "channel_shift_intensity": draws.uniform(-range_, range_) if range_ else None,
            "brightness": None if self.brightness_range is None else draws.uniform(*self.brightness_range),
        }

    def apply_transform(self, x: np.ndarray, transform_parameters: Mapping[str, Any]) -> np.ndarray:
        """A picture changed as given.

        Args:
            x: the picture, with three axes.
            transform_parameters: what to do, by the names of `get_random_transform`; what is not there is not done.

        Returns:
            An array of the same shape.

        Raises:
            ValueError: for an unknown name.
        """
        unknown = transform_parameters.keys() - _CHANGES
        if unknown:
            raise ValueError(
                f"apply_transform() does not know {', '.join(sorted(map(repr, unknown)))}; "
                f"it takes {', '.join(_CHANGES)}."
            )
        given = transform_parameters.get
        rows, columns, channels = self.row_axis - 1, self.col_axis - 1, self.channel_axis - 1
        moves = (given("theta", 0), given("tx", 0), given("ty", 0), given("shear", 0), given("zx", 1), given("zy", 1))
        x = apply_affine_transform(
            x, *moves, rows, columns, channels, self.fill_mode, self.cval, self.interpolation_order
        )
        intensity, brightness = given("channel_shift_intensity"), given("brightness")
        if intensity is not None:
            x = apply_channel_shift(x, intensity, channels)
        if given("flip_horizontal"):
            x = x[(*[slice(None)] * columns, slice(None, None, -1))]
        if given("flip_vertical"):
            x = x[(*[slice(None)] * rows, slice(None, None, -1))]
        if brightness is not None:
            x = apply_brightness_shift(x, brightness, scale=False)
        return x

    def random_transform(self, x: np.ndarray, seed: int | None = None) -> np.ndarray:
        """A picture changed at random.

        Args:
            x: the picture, with three axes.
            seed: makes it reproducible.

        Returns:
            An array of the same shape.
        """
        return self.apply_transform(x, self.get_random_transform(x.shape, seed))

    def _changes_nothing(self) -> bool:
        """Whether pictures are only standardized."""
        moves = (self.rotation_range, self.height_shift_range, self.width_shift_range, self.shear_range)
        drawn = any(np.any(one) for one in moves) or tuple(self.zoom_range) != (1, 1) or self.channel_shift_range
        return not (drawn or self.horizontal_flip or self.vertical_flip or self.brightness_range is not None)


def _shift(draws: Any, range_: Any, size: int) -> float:
    """A random shift in pixels."""
    if isinstance(range_, (int, float)) and not range_:
        return 0
    if not isinstance(range_, float):
        shift = draws.choice(range_) * draws.choice([-1, 1])
    else:
        shift = draws.uniform(-range_, range_)
    return float(shift * size if np.max(range_) < 1 else shift)
