"""Solarization: pictures whose lighter values are inverted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from keras_core import ops

from keras_preprocessing.layers.image.random_color_layer import RandomColorLayer

if TYPE_CHECKING:
    from collections.abc import Sequence

    from keras_core.typing import Tensor


class Solarization(RandomColorLayer):
    """Solarization: in training inverts the values of each picture that are not below a threshold.

    Args:
        addition_factor: bounds of what is added before, as a part of the range's width, drawn for each picture:
            (lower, upper) from 0 to 1, or x for (0, x). Defaults to 0.
        threshold_factor: bounds of the threshold, likewise; with 0 all values are inverted. Defaults to 0.
        value_range: the least and the greatest value of a pixel. Defaults to (0, 255).
        seed: an integer that makes the draws reproducible; None draws a seed. Defaults to None.
        **kwargs: `data_format`, `bounding_box_format`, `name`, `dtype` and the other arguments of `Layer`.

    Call arguments:
        data: pictures, or a dict of "images" and of "labels", "bounding_boxes" and "segmentation_masks", which stay as
            they are.
        training: whether to change them. Defaults to True.

    Input shape:
        (batch, height, width, channels), or with "channels_first" (batch, channels, height, width); or one picture.

    Output shape:
        Same shape as the input.

    Raises:
        ValueError: for a factor or range that is none.

    Example:
        >>> import numpy as np
        >>> from keras_preprocessing.layers import Solarization
        >>> x = np.array([[[[59.0, 62.0, 63.0]]]], "float32")
        >>> np.asarray(Solarization(data_format="channels_last")(x)).ravel().tolist()
        [196.0, 193.0, 192.0]

    Reference: Cubuk et al., "AutoAugment: Learning Augmentation Policies from Data", 2018.
    """

    _USE_BASE_FACTOR = False

    def __init__(
        self,
        addition_factor: float | Sequence[float] = 0.0,
        threshold_factor: float | Sequence[float] = 0.0,
        value_range: Sequence[float] = (0, 255),
        seed: int | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(value_range=value_range, seed=seed, **kwargs)
        self.addition_factor = self.checked_range("addition_factor", addition_factor, 0, 1)
        self.threshold_factor = self.checked_range("threshold_factor", threshold_factor, 0, 1)

    def draw_colors(self, batch_size: Any, seed: Any) -> dict[str, Any]:
        low, high = self.value_range
        drawn = ops.unstack(self.draw((2, batch_size), seed=seed), 2)
        found = {}
        factors = {"additions": self.addition_factor, "thresholds": self.threshold_factor}
        for share, (name, (least, most)) in zip(drawn, factors.items(), strict=True):
            found[name] = ops.add(ops.multiply(share, (most - least) * (high - low)), least * (high - low))
        return found

    def change_colors(self, images: Tensor, transformation: Any) -> Tensor:
        lighter = self.clipped(ops.add(images, self.each(transformation["additions"])))
        threshold = ops.add(self.each(transformation["thresholds"]), self.value_range[0])
        return ops.where(ops.less(lighter, threshold), lighter, self.inverted(lighter))

    def get_config(self) -> dict[str, Any]:
        factors = {"addition_factor": self.addition_factor, "threshold_factor": self.threshold_factor}
        return {**super().get_config(), **factors}
