"""RandomCrop: a part of pictures from a random place."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from keras_core import ops

from keras_preprocessing.layers.image.random_image_layer import RandomImageLayer
from keras_preprocessing.layers.image.window_layer import Window, WindowLayer

if TYPE_CHECKING:
    from keras_core.typing import DataFormat


class RandomCrop(WindowLayer, RandomImageLayer):
    """RandomCrop: in training cuts a part out of pictures, in a batch from the same random place.

    Without training, and where the pictures are not larger, it takes the greatest part in the middle that has the ratio
    of the output's sides, in the output's size.

    Args:
        height: height of the output.
        width: width of the output.
        seed: an integer that makes the draws reproducible; None draws a seed. Defaults to None.
        data_format: "channels_last" or "channels_first"; None takes `keras.config.image_data_format()`. Defaults to
            None.
        name: the layer's name. Defaults to None.
        **kwargs: `bounding_box_format`, `dtype` and the other arguments of `Layer`.

    Call arguments:
        data: pictures, or a dict of "images", "labels", "bounding_boxes" and "segmentation_masks".
        training: whether the place is random. Defaults to True.

    Input shape:
        (batch, height, width, channels), or with "channels_first" (batch, channels, height, width); or one picture.

    Output shape:
        Same shape as the input, with the layer's height and width.

    Raises:
        ValueError: unless height and width are positive integers.

    Example:
        >>> import numpy as np
        >>> from keras_preprocessing.layers import RandomCrop
        >>> x = np.zeros((5, 8, 8, 3), "float32")
        >>> tuple(RandomCrop(4, 6, data_format="channels_last")(x).shape)
        (5, 4, 6, 3)
    """

    _changes_at_once = False  # to cut is one op
    _cuts = True

    def __init__(
        self,
        height: int,
        width: int,
        seed: int | None = None,
        data_format: DataFormat = None,
        name: str | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(height, width, seed=seed, data_format=data_format, name=name, **kwargs)

    def get_random_transformation(self, data: Any, training: bool = True, seed: Any = None) -> dict[str, Any]:
        height, width = self.image_size(data)
        known = isinstance(height, int) and isinstance(width, int)
        if not training or (known and (height < self.height or width < self.width)):
            return {"window": self.centre(data), "size": (height, width)}
        rooms = [
            ops.cast(ops.subtract(have, want), "float32") for have, want in ((height, self.height), (width, self.width))
        ]
        drawn = ops.floor(ops.multiply(self.draw((2,), seed=seed), ops.add(ops.stack(rooms), 1)))
        top, left = ops.unstack(ops.cast(ops.minimum(drawn, ops.stack(rooms)), "int32"))
        return {"window": Window(top, left, self.height, self.width), "size": (height, width)}
