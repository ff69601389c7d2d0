"""AugMix: pictures mixed with what chains of other layers make of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from keras_core import ops

from keras_preprocessing.layers.encoding import describe
from keras_preprocessing.layers.image.mixing_layer import log_gamma
from keras_preprocessing.layers.image.policy import Policy

if TYPE_CHECKING:
    from collections.abc import Sequence

    from keras_core.typing import DataFormat, Tensor


class AugMix(Policy):
    """AugMix: in training mixes each picture with what several chains of layers make of it.

    The layers of a chain are drawn at random for each batch, among them none, and what each does for each picture. The
    chains are mixed by weights of a Dirichlet distribution, and the result with the picture by one of a beta
    distribution. Bounding boxes and segmentation masks stay as they are.

    Args:
        value_range: the least and the greatest value of a pixel. Defaults to (0, 255).
        num_chains: number of chains. Defaults to 3.
        chain_depth: the most layers of a chain. Defaults to 3.
        factor: factor of the layers, from 0 (weak) to 1. Defaults to 0.3.
        alpha: the parameter of both distributions. Defaults to 1.
        all_ops: whether `RandomBrightness`, `RandomColorDegeneration`, `RandomContrast` and `RandomSharpness` are among
            the layers, beside `RandomShear`, `RandomTranslation`, `RandomRotation`, `RandomPosterization`,
            `Solarization`, `AutoContrast` and `Equalization`. Defaults to True.
        interpolation: "bilinear" or "nearest", of layers that move pixels. Defaults to "bilinear".
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
        ValueError: for a factor, range, alpha or number that is none.

    Example:
        >>> import numpy as np
        >>> from keras_preprocessing.layers import AugMix
        >>> tuple(AugMix(seed=1, data_format="channels_last")(np.ones((2, 8, 8, 3), "float32")).shape)
        (2, 8, 8, 3)

    Reference: Hendrycks et al., "AugMix: A Simple Data Processing Method to Improve Robustness and Uncertainty", 2019.
    """

    _MOVES_BOXES = False

    def __init__(
        self,
        value_range: Sequence[float] = (0, 255),
        num_chains: int = 3,
        chain_depth: int = 3,
        factor: float | Sequence[float] = 0.3,
        alpha: float = 1.0,
        all_ops: bool = True,
        interpolation: str = "bilinear",
        seed: int | None = None,
        data_format: DataFormat = None,
        **kwargs: Any,
    ) -> None:
        options: dict[str, Any] = {"value_range": value_range, "interpolation": interpolation, "all_ops": all_ops}
        super().__init__(factor, seed=seed, data_format=data_format, **options, **kwargs)
        self.num_chains = self.checked_number("num_chains", num_chains)
        self.chain_depth = self.checked_number("chain_depth", chain_depth)
        if not isinstance(alpha, (int, float)) or alpha <= 0:
            raise ValueError(f"{describe(self)}: alpha must be positive, got {alpha!r}.")
        self.alpha = alpha
        self.all_ops = all_ops

    def get_random_transformation(self, data: Any, training: bool = True, seed: Any = None) -> dict[str, Any] | None:
        if not training:
            return None
        seed = self.stream(seed)
        weights = log_gamma((self.num_chains + 2,), self.alpha, seed)
        steps = self.draw_choices(data, self.num_chains * self.chain_depth, seed, len(self.choices) + 1)
        kept = ops.sigmoid(ops.subtract(weights[-2], weights[-1]))
        return {**steps, "chain_mixing_weights": ops.softmax(weights[:-2]), "weight_sample": kept}

    def transform_images(self, images: Tensor, transformation: Any, training: bool = True) -> Tensor:
        images = ops.cast(images, self.compute_dtype)
        if transformation is None:
            return images
        weights, kept = (
            ops.cast(transformation[name], self.compute_dtype) for name in ("chain_mixing_weights", "weight_sample")
        )

        def chain(number: Any, total: Tensor) -> Tensor:
            def step(depth: Any, current: Tensor) -> Tensor:
                return self.apply_choice(number * self.chain_depth + depth, "transform_images", current, transformation)

            found = self.repeated(self.chain_depth, step, images, transformation)
            return ops.add(total, ops.multiply(found, ops.take(weights, number, axis=0)))

        mixed = self.repeated(self.num_chains, chain, ops.zeros_like(images), transformation)
        mixed = ops.add(mixed, ops.multiply(ops.subtract(images, mixed), kept))
        return ops.clip(mixed, *self.value_range)

    def transform_bounding_boxes(self, bounding_boxes: Any, transformation: Any, training: bool = True) -> Any:
        return bounding_boxes

    def transform_segmentation_masks(self, segmentation_masks: Any, transformation: Any, training: bool = True) -> Any:
        return segmentation_masks

    def get_config(self) -> dict[str, Any]:
        own = {"num_chains": self.num_chains, "chain_depth": self.chain_depth, "alpha": self.alpha}
        return {**super().get_config(), **own, "all_ops": self.all_ops}
