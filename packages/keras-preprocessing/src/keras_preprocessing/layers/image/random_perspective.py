"""RandomPerspective: pictures seen from elsewhere."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from keras_core import ops

from keras_preprocessing.layers.encoding import describe
from keras_preprocessing.layers.image.warp_layer import WarpLayer, warped_boxes

if TYPE_CHECKING:
    from collections.abc import Sequence

    from keras_core.typing import DataFormat, Tensor


class RandomPerspective(WarpLayer):
    """RandomPerspective: in training shows pictures, drawn at random, as if they were seen from elsewhere.

    The corners are moved away from the left upper one, or towards it, each by a random part of how far they are.

    Args:
        factor: the probability that a picture is changed; for (lower, upper) one of this range is drawn for each, and x
            stands for (0, x). Defaults to 1.0.
        scale: corners are moved by up to half of it. Defaults to 1.0.
        interpolation: "bilinear" or "nearest". Defaults to "bilinear".
        fill_value: what lies outside of the picture, a number. Defaults to 0.0.
        seed: an integer that makes the draws reproducible; None draws a seed. Defaults to None.
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
        ValueError: for a factor or scale out of [0, 1], or an unknown interpolation.

    Example:
        >>> import numpy as np
        >>> from keras_preprocessing.layers import RandomPerspective
        >>> x = np.zeros((2, 8, 8, 3), "float32")
        >>> tuple(RandomPerspective(0.5, 0.3, data_format="channels_last")(x).shape)
        (2, 8, 8, 3)
    """

    _FACTOR_BOUNDS = (0, 1)

    def __init__(
        self,
        factor: float | Sequence[float] = 1.0,
        scale: float = 1.0,
        interpolation: str = "bilinear",
        fill_value: float = 0.0,
        seed: int | None = None,
        data_format: DataFormat = None,
        **kwargs: Any,
    ) -> None:
        options: dict[str, Any] = {"fill_mode": "constant", "interpolation": interpolation, "fill_value": fill_value}
        super().__init__(factor=factor, seed=seed, data_format=data_format, **options, **kwargs)
        if not isinstance(scale, (int, float)) or not 0 <= scale <= 1:
            raise ValueError(f"{describe(self)}: scale must be a number from 0 to 1, got {scale!r}.")
        self.scale = scale

    def get_random_transformation(self, data: Any, training: bool = True, seed: Any = None) -> dict[str, Any] | None:
        if not training or self.scale == 0 or self.factor[1] == 0:
            return None
        size, batch = self.image_size(data), self.batch_size(data)
        drawn = self.draw((10, batch), seed=seed)
        lower, upper = self.factor
        applied = ops.less(drawn[8], ops.add(ops.multiply(drawn[9], upper - lower), lower))
        moves = ops.where(applied, ops.multiply(ops.subtract(drawn[:8], 0.5), self.scale), 0.0)
        moves = ops.reshape(ops.transpose(moves), (-1, 4, 2))
        bottom, right = (ops.subtract(ops.cast(one, "float32"), 1) for one in size)
        corners = ops.stack([ops.stack([x, y]) for y in (0.0, bottom) for x in (0.0, right)])
        start = ops.broadcast_to(corners, ops.shape(moves))
        return {"start_points": start, "end_points": ops.multiply(start, ops.add(moves, 1)), "size": size}

    def _warped(self, images: Tensor, transformation: Any, interpolation: str) -> Tensor:
        start, end = transformation["start_points"], transformation["end_points"]
        return ops.perspective_transform(images, start, end, interpolation, self.fill_value, self.data_format)

    def transform_bounding_boxes(self, bounding_boxes: Any, transformation: Any, training: bool = True) -> Any:
        if not transformation:
            return bounding_boxes
        size = transformation["size"]
        matrix = from_rectangle(transformation["end_points"], size)
        return self.change_corners(bounding_boxes, lambda boxes: warped_boxes(boxes, matrix), size)

    def get_config(self) -> dict[str, Any]:
        config = {**super().get_config(), "scale": self.scale}
        del config["fill_mode"]
        return config


def from_rectangle(corners: Tensor, size: tuple[Any, Any]) -> Tensor:
    """Matrices (batch, 9) that send the corners of a picture to four points.

    Args:
        corners: tensor (batch, 4, 2), column and row of where the left upper, right upper, left lower and right lower
            one are sent.
        size: height and width of the picture.

    Reference: Heckbert, "Fundamentals of Texture Mapping and Image Warping", 1989, section 2.2.3.
    """
    x0, x1, x3, x2 = (corners[:, k, 0] for k in range(4))
    y0, y1, y3, y2 = (corners[:, k, 1] for k in range(4))
    right = ops.subtract(x1, x2), ops.subtract(y1, y2)
    lower = ops.subtract(x3, x2), ops.subtract(y3, y2)
    bend = [ops.add(ops.subtract(ops.subtract(a, b), d), c) for a, b, c, d in ((x0, x1, x2, x3), (y0, y1, y2, y3))]

    def cross(a: tuple[Tensor, Tensor] | list[Tensor], b: tuple[Tensor, Tensor] | list[Tensor]) -> Tensor:
        return ops.subtract(ops.multiply(a[0], b[1]), ops.multiply(a[1], b[0]))

    whole = cross(right, lower)
    g, h = ops.divide(cross(bend, lower), whole), ops.divide(cross(right, bend), whole)
    height, width = (ops.subtract(ops.cast(one, "float32"), 1) for one in size)

    def along(first: Tensor, other: Tensor, part: Tensor, length: Any) -> Tensor:
        return ops.divide(ops.add(ops.subtract(other, first), ops.multiply(part, other)), length)

    rows = [
        along(x0, x1, g, width),
        along(x0, x3, h, height),
        x0,
        along(y0, y1, g, width),
        along(y0, y3, h, height),
        y0,
    ]
    return ops.stack([*rows, ops.divide(g, width), ops.divide(h, height), ops.ones_like(g)], axis=-1)
