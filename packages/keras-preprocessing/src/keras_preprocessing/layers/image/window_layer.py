"""Base of layers whose output is a part of the picture in another size."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from keras_core import KerasTensor, active_trace, backend, ops

from keras_preprocessing.layers.encoding import describe
from keras_preprocessing.layers.image.base_image_preprocessing_layer import BaseImagePreprocessingLayer

if TYPE_CHECKING:
    from keras_core.typing import Shape, Tensor


class Window(NamedTuple):
    """The part of a picture that becomes the output, in pixels; it may reach beyond the picture.

    Attributes:
        top: its first row, an int or a scalar tensor.
        left: its first column.
        height: number of its rows.
        width: number of its columns.
    """

    top: Any
    left: Any
    height: Any
    width: Any


class WindowLayer(BaseImagePreprocessingLayer):
    """A layer whose pictures have a height and a width of their own.

    A subclass says in `get_random_transformation` which `Window` of the pictures they show, and gives in `_shown` the
    pictures. Bounding boxes follow from the window.

    Args:
        height: height of the output.
        width: width of the output.
        **kwargs: arguments of `BaseImagePreprocessingLayer`.

    Raises:
        ValueError: if one of both is below 1.
    """

    _USE_BASE_FACTOR = False

    def __init__(self, height: int, width: int, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        for argument, value in (("height", height), ("width", width)):
            if value < 1:
                raise ValueError(f"{describe(self)}: {argument} must be a positive integer, got {value!r}.")
        self.height, self.width = height, width

    def _as_tensors(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> tuple[tuple[Any, ...], dict[str, Any]]:
        """The arguments as tensors; an array stays one until what is needed of it was cut out."""
        if self._cuts and self._compiles and args and type(args[0]) is np.ndarray:
            return args, kwargs
        return super()._as_tensors(args, kwargs)

    def call(self, data: Any, training: bool | None = True) -> Any:
        images = data["images"] if isinstance(data, Mapping) and "images" in data else data
        if not isinstance(images, KerasTensor):
            return super().call(data, training)
        symbol = KerasTensor(self._resized(images.shape), self._output_dtype(images.dtype))
        if not isinstance(data, Mapping):
            return symbol
        changed = {**data, "images": symbol}
        masks = data.get("segmentation_masks")
        if masks is not None:
            has_channels = len(masks.shape) == len(images.shape)
            changed["segmentation_masks"] = KerasTensor(self._resized(masks.shape, has_channels), masks.dtype)
        return changed

    def _resized(self, shape: Shape, has_channels: bool = True) -> Shape:
        sizes = list(shape)
        axes = (self.height_axis, self.width_axis) if has_channels else (-2, -1)
        sizes[axes[0]], sizes[axes[1]] = self.height, self.width
        return tuple(sizes)

    def _output_dtype(self, dtype: str) -> str:
        """The dtype of pictures that came in this one."""
        return self.compute_dtype

    def centre(self, data: Any) -> Window:
        """The greatest window in the middle of the pictures that has the ratio of the output's sides."""
        height, width = self.image_size(data)
        if not isinstance(height, int) or not isinstance(width, int):
            raise ValueError(
                f"{describe(self)} got pictures of shape {self.images_shape(data)}, expected a known height and width."
            )
        high = min(height, max(width * self.height // self.width, 1))
        wide = min(width, max(height * self.width // self.height, 1))
        return Window((height - high) // 2, (width - wide) // 2, high, wide)

    def part(self, images: Tensor, window: Window) -> Tensor:
        """The pixels of a window inside the pictures; those of an array of NumPy as an array, where it is known."""
        if type(images) is np.ndarray:
            window = Window(*map(_in_hand, window))
        shape = list(ops.shape(images))
        start: list[Any] = [0] * len(shape)
        start[self.height_axis], start[self.width_axis] = window.top, window.left
        shape[self.height_axis], shape[self.width_axis] = window.height, window.width
        if all(isinstance(one, int) for one in window):
            return images[tuple(slice(a, a + n) if isinstance(n, int) else slice(None) for a, n in zip(start, shape))]
        sizes = [n if isinstance(n, int) else -1 for n in shape]
        return ops.slice(images, start, sizes)

    def transform_images(self, images: Tensor, transformation: Any, training: bool = True) -> Tensor:
        return self._shown(images, transformation["window"], "bilinear", self.compute_dtype)

    def transform_segmentation_masks(self, segmentation_masks: Any, transformation: Any, training: bool = True) -> Any:
        return self._shown(segmentation_masks, transformation["window"], "nearest")

    def _shown(self, images: Tensor, window: Window, interpolation: str, dtype: str | None = None) -> Tensor:
        """The window of the pictures, in the output's size and a dtype, if one is given."""
        part = self.part(images, window)
        part = ops.convert_to_tensor(part) if dtype is None else ops.cast(part, dtype)
        if (window.height, window.width) == (self.height, self.width):
            return part
        return ops.resize(part, (self.height, self.width), interpolation, data_format=self.data_format)

    def transform_bounding_boxes(self, bounding_boxes: Any, transformation: Any, training: bool = True) -> Any:
        window, size = transformation["window"], (self.height, self.width)

        def moved(boxes: Tensor) -> Tensor:
            origin = ops.stack([ops.cast(one, "float32") for one in (window.left, window.top)] * 2)
            scale = [ops.divide(to, ops.cast(of, "float32")) for to, of in zip(size, window[2:], strict=True)]
            return ops.multiply(ops.subtract(boxes, origin), ops.stack(scale[::-1] * 2))

        return self.change_corners(bounding_boxes, moved, transformation["size"], size)

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "height": self.height, "width": self.width}


def _in_hand(place: Any) -> Any:
    """A scalar as an int, if it has a value now."""
    if isinstance(place, int) or active_trace() is not None or not backend.active().is_concrete(place):
        return place
    return int(place)
