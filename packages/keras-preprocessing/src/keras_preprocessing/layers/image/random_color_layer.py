"""Base of layers that change the colours of pictures at random, and nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from keras_core import ops

from keras_preprocessing.layers.image.base_color_layer import BaseColorLayer
from keras_preprocessing.layers.image.random_image_layer import RandomImageLayer

if TYPE_CHECKING:
    from keras_core.typing import Tensor


class RandomColorLayer(RandomImageLayer, BaseColorLayer):
    """A layer that draws for each picture how its colours change; without training nothing does.

    A subclass defines `draw_colors`, and in `change_colors` what is done with that.

    Args:
        *args: `factor`, `bounding_box_format` and `data_format` of `BaseImagePreprocessingLayer`.
        **kwargs: `seed` of `RandomImageLayer`, `value_range` of `BaseColorLayer` and the arguments of
            `BaseImagePreprocessingLayer`.
    """

    _FACTOR_BOUNDS = (0, 1)

    def draw_colors(self, batch_size: Any, seed: Any) -> dict[str, Any]:
        """What is drawn for a batch; by default a factor for each picture."""
        return {"factor": self.draw((batch_size,), self.factor, seed)}

    def draw_chosen(self, batch_size: Any, seed: Any) -> Tensor:
        """Which pictures are changed: each by a probability that is drawn from the factor's range."""
        drawn = self.draw((2, batch_size), seed=seed)
        low, high = self.factor
        return ops.less(drawn[0], ops.add(ops.multiply(drawn[1], high - low), low))

    def get_random_transformation(self, data: Any, training: bool = True, seed: Any = None) -> dict[str, Any] | None:
        return self.draw_colors(self.batch_size(data), self.stream(seed)) if training else None

    def transform_images(self, images: Tensor, transformation: Any, training: bool = True) -> Tensor:
        if transformation is None:
            return ops.cast(images, self.compute_dtype)
        return super().transform_images(images, transformation, training)
