"""RandomColorJitter: brightness, contrast, saturation and hue of pictures changed at random."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from keras_preprocessing.layers.image.base_image_preprocessing_layer import as_given
from keras_preprocessing.layers.image.random_brightness import RandomBrightness
from keras_preprocessing.layers.image.random_color_layer import RandomColorLayer
from keras_preprocessing.layers.image.random_contrast import RandomContrast
from keras_preprocessing.layers.image.random_hue import RandomHue
from keras_preprocessing.layers.image.random_saturation import RandomSaturation

if TYPE_CHECKING:
    from collections.abc import Sequence

    from keras_core.typing import DataFormat, Tensor


_LAYERS = {
    "brightness_factor": RandomBrightness,
    "contrast_factor": RandomContrast,
    "saturation_factor": RandomSaturation,
    "hue_factor": RandomHue,
}


class RandomColorJitter(RandomColorLayer):
    """RandomColorJitter: in training changes brightness, contrast, saturation and hue of each picture, in this order.

    Args:
        value_range: the least and the greatest value of a pixel. Defaults to (0, 255).
        brightness_factor: factor of `RandomBrightness`; None leaves brightness as it is. Defaults to None.
        contrast_factor: factor of `RandomContrast`, likewise. Defaults to None.
        saturation_factor: factor of `RandomSaturation`, likewise. Defaults to None.
        hue_factor: factor of `RandomHue`, likewise. Defaults to None.
        seed: an integer that makes the draws reproducible; None draws a seed. Defaults to None.
        data_format: "channels_last" or "channels_first"; None takes `keras.config.image_data_format()`. Defaults to
            None.
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
        ValueError: for a factor or range that is none.

    Example:
        >>> import numpy as np
        >>> from keras_preprocessing.layers import RandomColorJitter
        >>> layer = RandomColorJitter(brightness_factor=(0.2, 0.2), hue_factor=(1.0, 1.0), data_format="channels_last")
        >>> np.asarray(layer(np.array([[[[100.0, 0.0, 0.0]]]], "float32"))).round().ravel().tolist()
        [51.0, 151.0, 151.0]
    """

    _USE_BASE_FACTOR = False

    def __init__(
        self,
        value_range: Sequence[float] = (0, 255),
        brightness_factor: float | Sequence[float] | None = None,
        contrast_factor: float | Sequence[float] | None = None,
        saturation_factor: float | Sequence[float] | None = None,
        hue_factor: float | Sequence[float] | None = None,
        seed: int | None = None,
        data_format: DataFormat = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(data_format=data_format, value_range=value_range, seed=seed, **kwargs)
        factors = (brightness_factor, contrast_factor, saturation_factor, hue_factor)
        self.brightness_factor, self.contrast_factor, self.saturation_factor, self.hue_factor = map(as_given, factors)
        self._changes = [
            layer(factor, value_range=value_range, data_format=self.data_format, seed=seed, dtype=self.dtype_policy)
            for name, layer in _LAYERS.items()
            if (factor := getattr(self, name)) is not None
        ]

    def draw_colors(self, batch_size: Any, seed: Any) -> dict[str, Any]:
        return {layer.name: layer.draw_colors(batch_size, seed) for layer in self._changes}

    def change_colors(self, images: Tensor, transformation: Any) -> Tensor:
        for layer in self._changes:
            images = layer.change_colors(images, transformation[layer.name])
        return images

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), **{name: getattr(self, name) for name in _LAYERS}}
