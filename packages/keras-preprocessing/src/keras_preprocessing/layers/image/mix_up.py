"""MixUp: pairs of pictures blended at random."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from keras_core import ops

from keras_preprocessing.layers.encoding import describe
from keras_preprocessing.layers.image.mixing_layer import MixingLayer

if TYPE_CHECKING:
    from keras_core.typing import DataFormat, Tensor


class MixUp(MixingLayer):
    """MixUp: in training blends each picture of a batch, and its label, with another one by a random weight.

    Bounding boxes of both stand side by side; segmentation masks are blended as pictures are.

    Args:
        alpha: how much is mixed: the parameter of the beta distribution of the weights. Defaults to 0.2.
        data_format: "channels_last" or "channels_first"; None takes `keras.config.image_data_format()`. Defaults to
            None.
        seed: an integer that makes the draws reproducible; None draws a seed. Defaults to None.
        **kwargs: `bounding_box_format`, `name`, `dtype` and the other arguments of `Layer`.

    Call arguments:
        data: pictures, or a dict of "images" and, as far as there are, "labels" (numbers or vectors), "bounding_boxes"
            and "segmentation_masks".
        training: whether to change them. Defaults to True.

    Input shape:
        (batch, height, width, channels), or with "channels_first" (batch, channels, height, width); one picture stays
        as it is.

    Output shape:
        Same shape as the input; with bounding boxes twice as many.

    Raises:
        ValueError: for an alpha that is not positive, and labels that are indices of classes.

    Example:
        >>> import numpy as np
        >>> from keras_preprocessing.layers import MixUp
        >>> data = {"images": np.zeros((4, 8, 8, 3), "float32"), "labels": np.eye(4, dtype="float32")}
        >>> np.asarray(MixUp(seed=1)(data)["labels"]).sum(-1).round(3).tolist()
        [1.0, 1.0, 1.0, 1.0]

    Reference: Zhang et al., "mixup: Beyond Empirical Risk Minimization", 2017.
    """

    _USE_BASE_FACTOR = False

    def __init__(
        self, alpha: float = 0.2, data_format: DataFormat = None, seed: int | None = None, **kwargs: Any
    ) -> None:
        super().__init__(data_format=data_format, seed=seed, **kwargs)
        if not isinstance(alpha, (int, float)) or alpha <= 0:
            raise ValueError(f"{describe(self)}: alpha must be positive, got {alpha!r}.")
        self.alpha = alpha

    def draw_mixture(self, data: Any, batch_size: Any, seed: Any) -> dict[str, Any]:
        return {"mix_weight": self.draw_beta((batch_size,), self.alpha, seed)}

    def transform_images(self, images: Tensor, transformation: Any, training: bool = True) -> Tensor:
        if transformation is None:
            return ops.cast(images, self.compute_dtype)
        return self.mixed(images, transformation)

    def transform_bounding_boxes(self, bounding_boxes: Any, transformation: Any, training: bool = True) -> Any:
        if transformation is None:
            return bounding_boxes
        both = {}
        for name, values in bounding_boxes.items():
            both[name] = ops.concatenate([values, self.partners(values, transformation)], axis=1)
        return both

    def transform_segmentation_masks(self, segmentation_masks: Any, transformation: Any, training: bool = True) -> Any:
        return segmentation_masks if transformation is None else self.mixed(segmentation_masks, transformation)

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "alpha": self.alpha}
