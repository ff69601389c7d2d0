"""RandomFlip: pictures mirrored at random."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from keras_core import ops

from keras_preprocessing.layers.encoding import describe
from keras_preprocessing.layers.image.random_image_layer import RandomImageLayer

if TYPE_CHECKING:
    from keras_core.typing import DataFormat, Tensor

_AXES = {
    "horizontal": ("horizontal",),
    "vertical": ("vertical",),
    "horizontal_and_vertical": ("horizontal", "vertical"),
}


class RandomFlip(RandomImageLayer):
    """RandomFlip: in training mirrors half of the pictures, drawn at random, and returns the others as they are.

    With "horizontal_and_vertical" it is drawn apart for each direction, so that a quarter stays as it is.

    Args:
        mode: "horizontal" (left and right change places), "vertical" (top and bottom) or "horizontal_and_vertical".
            Defaults to "horizontal_and_vertical".
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
        ValueError: for another mode.

    Example:
        >>> import numpy as np
        >>> from keras_preprocessing.layers import RandomFlip
        >>> x = np.arange(4, dtype="float32").reshape(1, 1, 4, 1)
        >>> layer = RandomFlip("horizontal", seed=1, data_format="channels_last")
        >>> np.asarray(layer(x, training=False)).ravel().tolist()
        [0.0, 1.0, 2.0, 3.0]
        >>> tuple(layer(x).shape)
        (1, 1, 4, 1)
    """

    _USE_BASE_FACTOR = False

    def __init__(
        self,
        mode: str = "horizontal_and_vertical",
        seed: int | None = None,
        data_format: DataFormat = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(seed=seed, data_format=data_format, **kwargs)
        if mode not in _AXES:
            raise ValueError(f"{describe(self)}: mode must be one of {', '.join(map(repr, _AXES))}, got {mode!r}.")
        self.mode = mode

    def get_random_transformation(self, data: Any, training: bool = True, seed: Any = None) -> dict[str, Any] | None:
        if not training:
            return None
        directions = _AXES[self.mode]
        drawn = ops.less(self.draw((len(directions), self.batch_size(data)), seed=seed), 0.5)
        return {"size": self.image_size(data), "flips": dict(zip(directions, ops.unstack(drawn), strict=True))}

    def transform_images(self, images: Tensor, transformation: Any, training: bool = True) -> Tensor:
        return self._flipped(ops.cast(images, self.compute_dtype), transformation)

    def transform_segmentation_masks(self, segmentation_masks: Any, transformation: Any, training: bool = True) -> Any:
        return self._flipped(segmentation_masks, transformation)

    def _flipped(self, images: Tensor, transformation: Any) -> Tensor:
        axes = {"horizontal": self.width_axis, "vertical": self.height_axis}
        for direction, chosen in transformation["flips"].items() if transformation else ():
            flipped = ops.flip(images, axis=axes[direction])
            images = ops.where(ops.reshape(chosen, (-1, 1, 1, 1)), flipped, images)
        return images

    def transform_bounding_boxes(self, bounding_boxes: Any, transformation: Any, training: bool = True) -> Any:
        if not transformation:
            return bounding_boxes
        height, width = transformation["size"]

        def flipped(boxes: Tensor) -> Tensor:
            for direction, chosen in transformation["flips"].items():
                x1, y1, x2, y2 = ops.unstack(boxes, axis=-1)
                if direction == "horizontal":
                    x1, x2 = ops.subtract(width, x2), ops.subtract(width, x1)
                else:
                    y1, y2 = ops.subtract(height, y2), ops.subtract(height, y1)
                boxes = ops.where(ops.reshape(chosen, (-1, 1, 1)), ops.stack([x1, y1, x2, y2], axis=-1), boxes)
            return boxes

        return self.change_corners(bounding_boxes, flipped, (height, width))

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "mode": self.mode}
