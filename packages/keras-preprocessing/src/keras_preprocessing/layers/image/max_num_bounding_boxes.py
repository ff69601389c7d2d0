"""MaxNumBoundingBoxes: as many bounding boxes for each picture."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from keras_core import ops

from keras_preprocessing.layers.encoding import describe
from keras_preprocessing.layers.image.base_image_preprocessing_layer import BaseImagePreprocessingLayer

if TYPE_CHECKING:
    from keras_core.typing import Tensor


class MaxNumBoundingBoxes(BaseImagePreprocessingLayer):
    """MaxNumBoundingBoxes: leaves out bounding boxes beyond a number, and fills up where there are fewer.

    Args:
        max_number: how many bounding boxes each picture has afterwards.
        fill_value: what stands for no box, in its numbers and its label. Defaults to -1.
        **kwargs: `data_format`, `name`, `dtype` and the other arguments of `Layer`.

    Call arguments:
        data: a dict of "images" and "bounding_boxes", which are a dict of "boxes" (batch, boxes, 4) and "labels"
            (batch, boxes); what else is in it stays as it is.
        training: accepted; nothing is random.

    Input shape:
        (batch, height, width, channels) for the pictures, or one picture.

    Output shape:
        Same shape as the input; the boxes (batch, max_number, 4), the labels (batch, max_number).

    Raises:
        ValueError: unless `max_number` is a positive integer.

    Example:
        >>> import numpy as np
        >>> from keras_preprocessing.layers import MaxNumBoundingBoxes
        >>> boxes = {"boxes": np.ones((1, 1, 4)), "labels": np.array([[7]])}
        >>> filled = MaxNumBoundingBoxes(3)({"images": np.zeros((1, 4, 4, 3)), "bounding_boxes": boxes})
        >>> np.asarray(filled["bounding_boxes"]["labels"]).tolist()
        [[7, -1, -1]]
    """

    _USE_BASE_FACTOR = False
    _MOVES_BOXES = False

    def __init__(self, max_number: int, fill_value: int = -1, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        if max_number < 1:
            raise ValueError(f"{describe(self)}: max_number must be a positive integer, got {max_number!r}.")
        self.max_number = max_number
        self.fill_value = fill_value

    def transform_images(self, images: Tensor, transformation: Any, training: bool = True) -> Tensor:
        return images

    def transform_segmentation_masks(self, segmentation_masks: Any, transformation: Any, training: bool = True) -> Any:
        return segmentation_masks

    def transform_bounding_boxes(self, bounding_boxes: Any, transformation: Any, training: bool = True) -> Any:
        changed = dict(bounding_boxes)
        for name in ("boxes", "labels"):
            if name in changed:
                changed[name] = self._limited(ops.convert_to_tensor(changed[name]))
        return changed

    def _limited(self, x: Tensor) -> Tensor:
        x = x[:, : self.max_number]
        count = ops.shape(x)[1]
        missing = self.max_number - count if isinstance(count, int) else ops.subtract(self.max_number, count)
        if isinstance(missing, int) and missing == 0:
            return x
        if isinstance(missing, int):
            border = [(0, 0), (0, missing)] + [(0, 0)] * (ops.ndim(x) - 2)
            return ops.pad(x, border, constant_values=self.fill_value)
        # As many as are missing, and more, of which the first are taken: the shape is known then.
        shape = ops.shape(x)
        filler = ops.full((shape[0], self.max_number, *shape[2:]), self.fill_value, dtype=ops.dtype(x))
        return ops.slice(ops.concatenate([x, filler], axis=1), [0] * len(shape), (-1, self.max_number, *shape[2:]))

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "max_number": self.max_number, "fill_value": self.fill_value}
