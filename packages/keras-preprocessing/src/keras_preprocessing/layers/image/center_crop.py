"""CenterCrop: the middle of pictures."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from keras_core import ops

from keras_preprocessing.layers.image.window_layer import Window, WindowLayer

if TYPE_CHECKING:
    from keras_core.typing import DataFormat


class CenterCrop(WindowLayer):
    """CenterCrop: cuts the middle out of pictures.

    Of pictures that are smaller than that it takes the greatest part in the middle that has the same ratio of sides,
    and enlarges it.

    Args:
        height: height of the output.
        width: width of the output.
        data_format: "channels_last" or "channels_first"; None takes `keras.config.image_data_format()`. Defaults to
            None.
        **kwargs: `bounding_box_format`, `name`, `dtype` and the other arguments of `Layer`.

    Call arguments:
        data: pictures, or a dict of "images", "labels", "bounding_boxes" and "segmentation_masks".
        training: accepted; nothing is random.

    Input shape:
        (batch, height, width, channels), or with "channels_first" (batch, channels, height, width); or one picture.

    Output shape:
        Same shape as the input, with the layer's height and width.

    Raises:
        ValueError: unless height and width are positive integers.

    Example:
        >>> import numpy as np
        >>> from keras_preprocessing.layers import CenterCrop
        >>> x = np.arange(16, dtype="float32").reshape(1, 4, 4, 1)
        >>> np.asarray(CenterCrop(2, 2, data_format="channels_last")(x)).ravel().tolist()
        [5.0, 6.0, 9.0, 10.0]
    """

    _changes_at_once = False  # to cut is one op
    _cuts = True

    def __init__(self, height: int, width: int, data_format: DataFormat = None, **kwargs: Any) -> None:
        super().__init__(height, width, data_format=data_format, **kwargs)

    def get_random_transformation(self, data: Any, training: bool = True, seed: Any = None) -> dict[str, Any]:
        height, width = self.image_size(data)
        known = isinstance(height, int), isinstance(width, int)
        if (known[0] and height < self.height) or (known[1] and width < self.width):
            window = self.centre(data)
        else:
            top, left = (
                (have - want) // 2 if isinstance(have, int) else ops.floor_divide(ops.subtract(have, want), 2)
                for have, want in ((height, self.height), (width, self.width))
            )
            window = Window(top, left, self.height, self.width)
        return {"window": window, "size": (height, width)}
