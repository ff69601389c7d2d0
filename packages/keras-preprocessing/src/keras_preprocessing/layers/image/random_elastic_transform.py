"""RandomElasticTransform: pictures distorted at random."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from keras_core import ops, random

from keras_preprocessing.layers.encoding import describe
from keras_preprocessing.layers.image.warp_layer import WarpLayer

if TYPE_CHECKING:
    from collections.abc import Sequence

    from keras_core.typing import DataFormat, Tensor


class RandomElasticTransform(WarpLayer):
    """RandomElasticTransform: in training distorts pictures, drawn at random, as if they were printed on rubber.

    Args:
        factor: the probability that a picture is changed; for (lower, upper) one of this range is drawn for each, and x
            stands for (0, x). Defaults to 1.0.
        scale: the range (lower, upper) of how much a picture is distorted, between 0 and 1; or x for (0, x). At 1
            random numbers with a standard deviation of a tenth of the longer side, smoothed over a twentieth of the
            shorter one, tell how far pixels are moved. Defaults to 1.0.
        interpolation: "bilinear" or "nearest". Defaults to "bilinear".
        fill_mode: what lies outside of the picture, see `RandomRotation`. Defaults to "reflect".
        fill_value: a number, for the mode "constant". Defaults to 0.0.
        value_range: the least and the greatest value of a pixel, to which the result is clipped. Defaults to (0, 255).
        seed: an integer that makes the draws reproducible; None draws a seed. Defaults to None.
        data_format: "channels_last" or "channels_first"; None takes `keras.config.image_data_format()`. Defaults to
            None.
        **kwargs: `bounding_box_format`, `name`, `dtype` and the other arguments of `Layer`.

    Call arguments:
        data: pictures, or a dict of "images", "labels", "bounding_boxes" and "segmentation_masks".
        training: whether to change them. Defaults to True.

    Input shape:
        (batch, height, width, channels), or with "channels_first" (batch, channels, height, width); or one picture.
        Height and width must be known.

    Output shape:
        Same shape as the input.

    Raises:
        ValueError: for a factor or scale out of [0, 1], an unknown mode or interpolation, or a range that is no pair.

    Example:
        >>> import numpy as np
        >>> from keras_preprocessing.layers import RandomElasticTransform
        >>> x = np.zeros((2, 8, 8, 3), "float32")
        >>> tuple(RandomElasticTransform(0.5, 0.3, data_format="channels_last")(x).shape)
        (2, 8, 8, 3)

    Reference: Simard et al., "Best Practices for Convolutional Neural Networks", 2003.
    """

    _FACTOR_BOUNDS = (0, 1)

    def __init__(
        self,
        factor: float | Sequence[float] = 1.0,
        scale: float | Sequence[float] = 1.0,
        interpolation: str = "bilinear",
        fill_mode: str = "reflect",
        fill_value: float = 0.0,
        value_range: Sequence[float] = (0, 255),
        seed: int | None = None,
        data_format: DataFormat = None,
        **kwargs: Any,
    ) -> None:
        options: dict[str, Any] = {"fill_mode": fill_mode, "interpolation": interpolation, "fill_value": fill_value}
        super().__init__(factor=factor, seed=seed, data_format=data_format, **options, **kwargs)
        self.scale = self.checked_range("scale", scale, 0, 1)
        if len(value_range) != 2:
            raise ValueError(f"{describe(self)}: value_range must be a pair of numbers, got {value_range!r}.")
        self.value_range = tuple(value_range)

    def get_random_transformation(self, data: Any, training: bool = True, seed: Any = None) -> dict[str, Any] | None:
        if not training or self.scale[1] == 0 or self.factor[1] == 0:
            return None
        size, batch = self.image_size(data), self.batch_size(data)
        if not all(isinstance(one, int) for one in size):
            raise ValueError(
                f"{describe(self)} got pictures of shape {self.images_shape(data)}, expected a known height and width."
            )
        stream = self.stream(seed)
        drawn = self.draw((3, batch), seed=stream)
        lower, upper = self.factor
        applied = ops.less(drawn[0], ops.add(ops.multiply(drawn[1], upper - lower), lower))
        strength = ops.add(ops.multiply(drawn[2], self.scale[1] - self.scale[0]), self.scale[0])
        strength = ops.multiply(ops.where(applied, strength, 0.0), 0.1 * max(size))
        key = stream.next() if isinstance(stream, random.SeedGenerator) else stream
        return {"strength": strength, "key": key, "size": size, "batch": batch}

    def transform_images(self, images: Tensor, transformation: Any, training: bool = True) -> Tensor:
        images = super().transform_images(images, transformation, training)
        return ops.clip(images, *self.value_range) if transformation else images

    def _warped(self, images: Tensor, transformation: Any, interpolation: str, fill_mode: str | None = None) -> Tensor:
        return random.elastic_transform(
            images,
            ops.reshape(transformation["strength"], (-1, 1, 1, 1)),
            0.05 * min(transformation["size"]) * self.scale[1],
            interpolation,
            fill_mode or self.fill_mode,
            self.fill_value,
            transformation["key"],
            self.data_format,
        )

    def transform_bounding_boxes(self, bounding_boxes: Any, transformation: Any, training: bool = True) -> Any:
        if not transformation:
            return bounding_boxes
        height, width = transformation["size"]
        y, x = ops.meshgrid(ops.arange(height, dtype="float32"), ops.arange(width, dtype="float32"), indexing="ij")
        grid = ops.stack([x, y], axis=self.channels_axis)
        grid = ops.broadcast_to(grid, (transformation["batch"], *ops.shape(grid)))
        # A picture of columns and rows that is distorted tells where each pixel comes from.
        origin = ops.add(self._warped(grid, transformation, "bilinear", "nearest"), 0.5)
        column, row = (ops.expand_dims(one, 1) for one in ops.unstack(origin, axis=self.channels_axis))

        def changed(boxes: Tensor) -> Tensor:
            left, top, right, bottom = (ops.expand_dims(one, (-1, -2)) for one in ops.unstack(boxes, axis=-1))
            across = ops.logical_and(ops.less_equal(left, column), ops.less(column, right))
            down = ops.logical_and(ops.less_equal(top, row), ops.less(row, bottom))
            inside = ops.logical_and(across, down)
            sides = [_ends(ops.any(inside, axis=axis), n) for axis, n in ((-2, width), (-1, height))]
            return ops.stack([sides[0][0], sides[1][0], sides[0][1], sides[1][1]], axis=-1)

        return self.change_corners(bounding_boxes, changed, (height, width))

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "scale": self.scale, "value_range": self.value_range}


def _ends(flags: Tensor, length: int) -> tuple[Tensor, Tensor]:
    """Where, along the last axis, the flags that are set begin and end; both are 0 where none is."""
    places = ops.arange(length, dtype="float32")
    last = ops.max(ops.where(flags, ops.add(places, 1), 0.0), axis=-1)
    first = ops.min(ops.where(flags, places, float(length)), axis=-1)
    return ops.minimum(first, last), last
