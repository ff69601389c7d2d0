"""CutMix: pictures with patches of others at random."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from keras_core import ops

from keras_preprocessing.layers.image.mixing_layer import MixingLayer
from keras_preprocessing.layers.image.patches import draw_patches, inside

if TYPE_CHECKING:
    from collections.abc import Sequence

    from keras_core.typing import DataFormat, Tensor


class CutMix(MixingLayer):
    """CutMix: in training puts a rectangle of another picture of the batch into each; labels are mixed by its area.

    Segmentation masks get the rectangle of the other mask. Bounding boxes cannot be cut so.

    Args:
        factor: bounds of a random number, which is the parameter of the beta distribution that says how large the
            rectangles are: (lower, upper) from 0 to 1, or x for (0, x). Defaults to 1.
        seed: an integer that makes the draws reproducible; None draws a seed. Defaults to None.
        data_format: "channels_last" or "channels_first"; None takes `keras.config.image_data_format()`. Defaults to
            None.
        **kwargs: `bounding_box_format`, `name`, `dtype` and the other arguments of `Layer`.

    Call arguments:
        data: pictures, or a dict of "images" and, as far as there are, "labels" (numbers or vectors) and
            "segmentation_masks".
        training: whether to change them. Defaults to True.

    Input shape:
        (batch, height, width, channels), or with "channels_first" (batch, channels, height, width); one picture stays
        as it is.

    Output shape:
        Same shape as the input.

    Raises:
        ValueError: for a factor that is none, and labels that are indices of classes.
        NotImplementedError: for bounding boxes.

    Example:
        >>> import numpy as np
        >>> from keras_preprocessing.layers import CutMix
        >>> data = {"images": np.zeros((4, 8, 8, 3), "float32"), "labels": np.eye(4, dtype="float32")}
        >>> np.asarray(CutMix(seed=1)(data)["labels"]).sum(-1).round(3).tolist()
        [1.0, 1.0, 1.0, 1.0]

    Reference: Yun et al., "CutMix: Regularization Strategy to Train Strong Classifiers with Localizable Features",
        2019.
    """

    _FACTOR_BOUNDS = (0, 1)

    def __init__(
        self,
        factor: float | Sequence[float] = 1.0,
        seed: int | None = None,
        data_format: DataFormat = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(factor, data_format=data_format, seed=seed, **kwargs)

    def draw_mixture(self, data: Any, batch_size: Any, seed: Any) -> dict[str, Any]:
        height, width = self.image_size(data)
        alpha = ops.add(self.draw((), self.factor, seed), 1e-6)
        ratio = ops.sqrt(ops.subtract(1, self.draw_beta((batch_size,), alpha, seed)))
        corners = draw_patches(ops.stack([ratio, ratio]), self.draw((2, batch_size), seed=seed), height, width)
        masks = inside(corners, height, width, self.channels_axis)
        area = ops.mean(ops.cast(masks, "float32"), axis=(1, 2, 3))
        return {"batch_masks": masks, "mix_weight": ops.subtract(1, area)}

    def transform_images(self, images: Tensor, transformation: Any, training: bool = True) -> Tensor:
        return self.transform_segmentation_masks(ops.cast(images, self.compute_dtype), transformation)

    def transform_segmentation_masks(self, segmentation_masks: Any, transformation: Any, training: bool = True) -> Any:
        if transformation is None:
            return segmentation_masks
        other = self.partners(segmentation_masks, transformation)
        return ops.where(transformation["batch_masks"], other, segmentation_masks)
