"""Base of layers that take every pixel from another place."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from keras_core import ops

from keras_preprocessing.layers.encoding import describe
from keras_preprocessing.layers.image.random_image_layer import RandomImageLayer

if TYPE_CHECKING:
    from collections.abc import Sequence

    from keras_core.typing import Tensor

FILL_MODES = ("reflect", "wrap", "constant", "nearest", "mirror")
INTERPOLATIONS = ("bilinear", "nearest")


class WarpLayer(RandomImageLayer):
    """A layer that takes each pixel from another place, by a matrix of each picture.

    A subclass gives in `get_random_transformation` "matrix", a float tensor (batch, 8) of a0, a1, a2, b0, b1, b2, c0
    and c1: with k = c0 x + c1 y + 1 the pixel in column x and row y is taken from column (a0 x + a1 y + a2) / k and row
    (b0 x + b1 y + b2) / k. The last two are 0 unless it gives pictures by itself. Bounding boxes follow from it.

    Args:
        *args: `factor`, `bounding_box_format` and `data_format` of `BaseImagePreprocessingLayer`.
        fill_mode: what lies outside of the picture: "reflect", "wrap", "constant", "nearest" or "mirror".
        interpolation: "bilinear" or "nearest".
        fill_value: a number, for the mode "constant".
        **kwargs: arguments of `RandomImageLayer`.
    """

    def __init__(self, *args: Any, fill_mode: str, interpolation: str, fill_value: float, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, value, known in (
            ("fill_mode", fill_mode, FILL_MODES),
            ("interpolation", interpolation, INTERPOLATIONS),
        ):
            if value not in known:
                raise ValueError(
                    f"{describe(self)}: {name} must be one of {', '.join(map(repr, known))}, got {value!r}."
                )
        self.fill_mode, self.interpolation, self.fill_value = fill_mode, interpolation, fill_value

    def transform_images(self, images: Tensor, transformation: Any, training: bool = True) -> Tensor:
        images = ops.cast(images, self.compute_dtype)
        return self._warped(images, transformation, self.interpolation) if transformation else images

    def transform_segmentation_masks(self, segmentation_masks: Any, transformation: Any, training: bool = True) -> Any:
        return self._warped(segmentation_masks, transformation, "nearest") if transformation else segmentation_masks

    def _warped(self, images: Tensor, transformation: Any, interpolation: str) -> Tensor:
        return ops.affine_transform(
            images, transformation["matrix"], interpolation, self.fill_mode, self.fill_value, self.data_format
        )

    def transform_bounding_boxes(self, bounding_boxes: Any, transformation: Any, training: bool = True) -> Any:
        if not transformation:
            return bounding_boxes
        matrix = inverse(transformation["matrix"])
        return self.change_corners(bounding_boxes, lambda boxes: warped_boxes(boxes, matrix), transformation["size"])

    def get_config(self) -> dict[str, Any]:
        own = {name: getattr(self, name) for name in ("fill_mode", "interpolation", "fill_value")}
        return {**super().get_config(), **own}


def about_centre(linear: Sequence[Any], size: tuple[Any, Any], shift: Sequence[Any] = (0.0, 0.0)) -> Tensor:
    """Matrices (batch, 8), in which the middle of the picture stays in its place before it is moved.

    Args:
        linear: a0, a1, b0 and b1, each a tensor (batch,) or a number; one of them at least is a tensor.
        size: height and width of the pictures.
        shift: by how many columns and rows the pictures are moved then, likewise.
    """
    a0, a1, b0, b1 = linear
    y, x = (ops.multiply(ops.subtract(ops.cast(one, "float32"), 1), 0.5) for one in size)
    column, row = ops.add(x, shift[0]), ops.add(y, shift[1])
    a2 = ops.subtract(x, ops.add(ops.multiply(a0, column), ops.multiply(a1, row)))
    b2 = ops.subtract(y, ops.add(ops.multiply(b0, column), ops.multiply(b1, row)))
    return in_rows((a0, a1, a2, b0, b1, b2, 0.0, 0.0))


def in_rows(numbers: Sequence[Any]) -> Tensor:
    """Eight numbers, each a tensor (batch,) or the same for all pictures, as a tensor (batch, 8)."""
    shapes = [ops.shape(one) for one in numbers if not isinstance(one, (int, float))]
    whole = next(shape for shape in shapes if shape)
    return ops.stack([ops.broadcast_to(ops.cast(one, "float32"), whole) for one in numbers], axis=-1)


def inverse(matrix: Tensor) -> Tensor:
    """The matrices (batch, 9) of the way back, up to a factor."""
    a, b, c, d, e, f, g, h = ops.unstack(matrix, axis=-1)

    def minor(p: Tensor, q: Tensor, r: Tensor, s: Tensor) -> Tensor:
        return ops.subtract(ops.multiply(p, q), ops.multiply(r, s))

    one = ops.ones_like(a)
    first = (minor(e, one, f, h), minor(c, h, b, one), minor(b, f, c, e))
    second = (minor(f, g, d, one), minor(a, one, c, g), minor(c, d, a, f))
    third = (minor(d, h, e, g), minor(b, g, a, h), minor(a, e, b, d))
    return ops.stack([*first, *second, *third], axis=-1)


def warped_boxes(boxes: Tensor, matrix: Tensor) -> Tensor:
    """The boxes around what has become of boxes.

    Args:
        boxes: tensor (batch, boxes, 4) of left, top, right and bottom; the pixel in column x reaches from x to x + 1.
        matrix: tensor (batch, 9) that sends the middle of each pixel to its new place.
    """
    left, top, right, bottom = ops.unstack(ops.subtract(boxes, 0.5), axis=-1)
    x, y = ops.stack([left, right, left, right], axis=-1), ops.stack([top, top, bottom, bottom], axis=-1)
    numbers = [ops.reshape(one, (-1, 1, 1)) for one in ops.unstack(matrix, axis=-1)]
    column, row, depth = (
        ops.add(ops.add(ops.multiply(a, x), ops.multiply(b, y)), c)
        for a, b, c in (numbers[:3], numbers[3:6], numbers[6:])
    )
    places = [ops.add(ops.divide(one, depth), 0.5) for one in (column, row)]
    sides = [reduced(one, axis=-1) for reduced in (ops.min, ops.max) for one in places]
    return ops.stack(sides, axis=-1)
