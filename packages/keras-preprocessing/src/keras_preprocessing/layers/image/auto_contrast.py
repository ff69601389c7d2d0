"""AutoContrast: pictures whose values fill the whole range."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from keras_core import ops

from keras_preprocessing.layers.image.base_color_layer import BaseColorLayer

if TYPE_CHECKING:
    from collections.abc import Sequence

    from keras_core.typing import Tensor


class AutoContrast(BaseColorLayer):
    """AutoContrast: stretches the values of each channel of a picture over their range, with training and without.

    A channel of one value stays as it is.

    Args:
        value_range: the least and the greatest value of a pixel. Defaults to (0, 255).
        **kwargs: `data_format`, `bounding_box_format`, `name`, `dtype` and the other arguments of `Layer`.

    Call arguments:
        data: pictures, or a dict of "images" and of "labels", "bounding_boxes" and "segmentation_masks", which stay as
            they are.
        training: makes no difference. Defaults to True.

    Input shape:
        (batch, height, width, channels), or with "channels_first" (batch, channels, height, width); or one picture.

    Output shape:
        Same shape as the input.

    Raises:
        ValueError: for a range that is none.

    Example:
        >>> import numpy as np
        >>> from keras_preprocessing.layers import AutoContrast
        >>> x = np.array([10.0, 20.0, 60.0], "float32").reshape(1, 1, 3, 1)
        >>> np.asarray(AutoContrast(data_format="channels_last")(x)).ravel().tolist()
        [0.0, 51.0, 255.0]

    Reference: Cubuk et al., "AutoAugment: Learning Augmentation Policies from Data", 2018.
    """

    _USE_BASE_FACTOR = False

    def __init__(self, value_range: Sequence[float] = (0, 255), **kwargs: Any) -> None:
        super().__init__(value_range=value_range, **kwargs)

    def change_colors(self, images: Tensor, transformation: Any) -> Tensor:
        axes = (self.height_axis, self.width_axis)
        least, greatest = ops.min(images, axis=axes, keepdims=True), ops.max(images, axis=axes, keepdims=True)
        low, high = self.value_range
        flat = ops.equal(least, greatest)
        width = ops.subtract(greatest, least)
        scale = ops.divide(high - low, ops.where(flat, high - low, width))  # 1 for channels of one value, which stay
        numbers = (ops.where(flat, 0, least), scale, ops.where(flat, 0, low))
        first, scale, lowest = (self.in_columns(one, images) for one in numbers)
        stretched = ops.multiply(ops.subtract(images, first), scale)
        stretched = ops.add(stretched, lowest) if low else stretched
        bounds = (ops.where(flat, least, low), ops.where(flat, greatest, high))
        return ops.clip(stretched, *(self.in_columns(one, images) for one in bounds))
