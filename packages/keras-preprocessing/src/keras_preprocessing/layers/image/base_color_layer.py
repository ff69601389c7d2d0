"""Base of layers that change the colours of pictures, and nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from keras_core import KerasTensor, ops
from keras_core.plain_arguments import listed

from keras_preprocessing.layers.encoding import describe
from keras_preprocessing.layers.image.base_image_preprocessing_layer import BaseImagePreprocessingLayer

if TYPE_CHECKING:
    from collections.abc import Sequence

    from keras_core.typing import Tensor


class BaseColorLayer(BaseImagePreprocessingLayer):
    """A layer that changes values of pixels where they are: labels, bounding boxes and masks stay as they are.

    A subclass defines `change_colors` for a batch of pictures in the dtype that the layer computes in.

    Args:
        *args: `factor`, `bounding_box_format` and `data_format` of `BaseImagePreprocessingLayer`.
        value_range: the least and the greatest value of a pixel. Defaults to (0, 255).
        **kwargs: arguments of `BaseImagePreprocessingLayer`.

    Raises:
        ValueError: for a range that is none.
    """

    _MOVES_BOXES = False

    def __init__(self, *args: Any, value_range: Sequence[float] = (0, 255), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        pair = listed(value_range)
        fine = isinstance(pair, (tuple, list)) and len(pair) == 2 and all(isinstance(one, (int, float)) for one in pair)
        if not fine or pair[0] == pair[1]:
            raise ValueError(f"{describe(self)}: value_range must be two different numbers, got {value_range!r}.")
        self.value_range = (min(pair), max(pair))

    def change_colors(self, images: Tensor, transformation: Any) -> Tensor:
        """A batch of pictures with other colours; every layer defines it."""
        raise NotImplementedError(f"{describe(self)} does not define change_colors().")

    def transform_images(self, images: Tensor, transformation: Any, training: bool = True) -> Tensor:
        images = ops.cast(images, self.compute_dtype)
        return images if isinstance(images, KerasTensor) else self.change_colors(images, transformation)

    def transform_bounding_boxes(self, bounding_boxes: Any, transformation: Any, training: bool = True) -> Any:
        return bounding_boxes

    def transform_segmentation_masks(self, segmentation_masks: Any, transformation: Any, training: bool = True) -> Any:
        return segmentation_masks

    def each(self, values: Tensor) -> Tensor:
        """A number for each picture, so that it broadcasts with pictures."""
        return ops.reshape(ops.cast(values, self.compute_dtype), (-1, 1, 1, 1))

    def in_columns(self, values: Tensor, images: Tensor) -> Tensor:
        """Numbers for each picture and channel, once for each column: whole rows are faster to compute with."""
        width = ops.shape(images)[self.width_axis]
        if self.channels_axis == -3 or not isinstance(width, int):
            return values
        return ops.tile(values, (1, 1, width, 1))

    def mixed(self, images: Tensor, others: Tensor, shares: Tensor) -> Tensor:
        """Pictures with a share of others in each: exactly these for 1, and exactly as they were for 0."""
        share = self.each(shares)
        return ops.add(ops.multiply(images, ops.subtract(1, share)), ops.multiply(others, share))

    def clipped(self, images: Tensor) -> Tensor:
        """Pictures whose values are in the range."""
        return ops.clip(images, *self.value_range)

    def scaled(self, images: Tensor, greatest: float) -> Tensor:
        """Pictures whose values are from 0 to `greatest` instead of the range."""
        low, high = self.value_range
        if (low, high) == (0, greatest):
            return images
        return ops.multiply(ops.subtract(images, low) if low else images, greatest / (high - low))

    def scaled_back(self, images: Tensor, greatest: float) -> Tensor:
        """What undoes `scaled`."""
        low, high = self.value_range
        if (low, high) == (0, greatest):
            return images
        images = ops.multiply(images, (high - low) / greatest)
        return ops.add(images, low) if low else images

    def whole_values(self, images: Tensor) -> Tensor:
        """Pictures from 0 to 255, whose whole numbers are not less than they were in another range."""
        return images if self.value_range == (0, 255) else ops.add(self.scaled(images, 255.0), 2**-10)

    def channels_apart(self, images: Tensor) -> Tensor:
        """Pictures as (batch, channels, height, width)."""
        return images if self.channels_axis == -3 else ops.transpose(images, (0, 3, 1, 2))

    def channels_back(self, images: Tensor) -> Tensor:
        """What undoes `channels_apart`."""
        return images if self.channels_axis == -3 else ops.transpose(images, (0, 2, 3, 1))

    def inverted(self, images: Tensor) -> Tensor:
        """Negatives of pictures."""
        return ops.subtract(sum(self.value_range), images)

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "value_range": self.value_range}
