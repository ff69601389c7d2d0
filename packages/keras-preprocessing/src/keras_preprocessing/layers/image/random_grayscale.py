"""RandomGrayscale: pictures without colours at random."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from keras_core import ops

from keras_preprocessing.layers.encoding import describe
from keras_preprocessing.layers.image.random_color_layer import RandomColorLayer

if TYPE_CHECKING:
    from keras_core.typing import DataFormat, Tensor


class RandomGrayscale(RandomColorLayer):
    """RandomGrayscale: in training takes the colours from some pictures, drawn at random; they keep their channels.

    Args:
        factor: probability for each picture. Defaults to 0.5.
        data_format: "channels_last" or "channels_first"; None takes `keras.config.image_data_format()`. Defaults to
            None.
        seed: an integer that makes the draws reproducible; None draws a seed. Defaults to None.
        **kwargs: `bounding_box_format`, `name`, `dtype` and the other arguments of `Layer`.

    Call arguments:
        data: pictures, or a dict of "images" and of "labels", "bounding_boxes" and "segmentation_masks", which stay as
            they are.
        training: whether to change them. Defaults to True.

    Input shape:
        (batch, height, width, channels), or with "channels_first" (batch, channels, height, width); or one picture.

    Output shape:
        Same shape as the input. The channels are red, green and blue.

    Raises:
        ValueError: for a factor that is no probability.

    Example:
        >>> import numpy as np
        >>> from keras_preprocessing.layers import RandomGrayscale
        >>> x = np.array([[[[100.0, 0.0, 0.0]]]], "float32")
        >>> np.asarray(RandomGrayscale(1.0, data_format="channels_last")(x)).round(2).ravel().tolist()
        [29.89, 29.89, 29.89]
    """

    _USE_BASE_FACTOR = False

    def __init__(
        self, factor: float = 0.5, data_format: DataFormat = None, seed: int | None = None, **kwargs: Any
    ) -> None:
        super().__init__(data_format=data_format, seed=seed, **kwargs)
        if not isinstance(factor, (int, float)) or not 0 <= factor <= 1:
            raise ValueError(f"{describe(self)}: factor must be a number from 0 to 1, got {factor!r}.")
        self.factor = float(factor)  # type: ignore[assignment]  # not drawn from a range

    def draw_colors(self, batch_size: Any, seed: Any) -> dict[str, Any]:
        return {"chosen": ops.less(self.draw((batch_size,), seed=seed), self.factor)}

    def change_colors(self, images: Tensor, transformation: Any) -> Tensor:
        grey = ops.rgb_to_grayscale(images, data_format=self.data_format)
        return self.mixed(images, grey, transformation["chosen"])

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "factor": self.factor}
