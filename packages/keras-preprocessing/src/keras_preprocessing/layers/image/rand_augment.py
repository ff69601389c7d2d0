"""RandAugment: pictures changed by several layers, drawn at random."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from keras_core import ops

from keras_preprocessing.layers.image.policy import Policy

if TYPE_CHECKING:
    from collections.abc import Sequence

    from keras_core.typing import DataFormat, Tensor


class RandAugment(Policy):
    """RandAugment: in training changes pictures by several layers one after another, drawn at random for each batch.

    They are `RandomShear`, `RandomTranslation`, `RandomRotation`, `RandomPosterization`, `Solarization`,
    `AutoContrast`, `Equalization`, `RandomBrightness`, `RandomColorDegeneration`, `RandomContrast` and
    `RandomSharpness`; what each does is drawn for each picture.

    Args:
        value_range: the least and the greatest value of a pixel. Defaults to (0, 255).
        num_ops: how many layers change each picture. Defaults to 2.
        factor: their factor, from 0 (weak) to 1. Defaults to 0.5.
        interpolation: "bilinear" or "nearest", of layers that move pixels. Defaults to "bilinear".
        seed: an integer that makes the draws reproducible; None draws a seed. Defaults to None.
        data_format: "channels_last" or "channels_first"; None takes `keras.config.image_data_format()`. Defaults to
            None.
        **kwargs: `bounding_box_format`, `name`, `dtype` and the other arguments of `Layer`.

    Call arguments:
        data: pictures, or a dict of "images", "labels", "bounding_boxes" and "segmentation_masks".
        training: whether to change them. Defaults to True.

    Input shape:
        (batch, height, width, channels), or with "channels_first" (batch, channels, height, width); or one picture.
        The channels are red, green and blue.

    Output shape:
        Same shape as the input.

    Raises:
        ValueError: for a factor, range or number that is none.

    Example:
        >>> import numpy as np
        >>> from keras_preprocessing.layers import RandAugment
        >>> tuple(RandAugment(seed=1, data_format="channels_last")(np.ones((2, 8, 8, 3), "float32")).shape)
        (2, 8, 8, 3)

    Reference: Cubuk et al., "RandAugment: Practical Automated Data Augmentation with a Reduced Search Space", 2019.
    """

    def __init__(
        self,
        value_range: Sequence[float] = (0, 255),
        num_ops: int = 2,
        factor: float | Sequence[float] = 0.5,
        interpolation: str = "bilinear",
        seed: int | None = None,
        data_format: DataFormat = None,
        **kwargs: Any,
    ) -> None:
        options: dict[str, Any] = {"value_range": value_range, "interpolation": interpolation, **kwargs}
        super().__init__(factor, seed=seed, data_format=data_format, **options)
        self.num_ops = self.checked_number("num_ops", num_ops)

    def get_random_transformation(self, data: Any, training: bool = True, seed: Any = None) -> dict[str, Any] | None:
        return self.draw_choices(data, self.num_ops, self.stream(seed), len(self.choices)) if training else None

    def transform_images(self, images: Tensor, transformation: Any, training: bool = True) -> Tensor:
        return self._changed("transform_images", ops.cast(images, self.compute_dtype), transformation)

    def transform_segmentation_masks(self, segmentation_masks: Any, transformation: Any, training: bool = True) -> Any:
        return self._changed("transform_segmentation_masks", segmentation_masks, transformation)

    def transform_bounding_boxes(self, bounding_boxes: Any, transformation: Any, training: bool = True) -> Any:
        boxes = {**bounding_boxes, "boxes": ops.cast(bounding_boxes["boxes"], "float32")}
        return self._changed("transform_bounding_boxes", boxes, transformation)

    def _changed(self, transform: str, value: Any, transformation: Any) -> Any:
        if transformation is None:
            return value

        def step(number: Any, given: Any) -> Any:
            return self.apply_choice(number, transform, given, transformation)

        return self.repeated(self.num_ops, step, value, transformation)

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "num_ops": self.num_ops}
