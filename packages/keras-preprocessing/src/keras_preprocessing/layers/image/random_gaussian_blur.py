"""RandomGaussianBlur: pictures blurred at random."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from keras_core import ops

from keras_preprocessing.layers.encoding import describe
from keras_preprocessing.layers.image.neighbours import neighbours
from keras_preprocessing.layers.image.random_color_layer import RandomColorLayer

if TYPE_CHECKING:
    from collections.abc import Sequence

    from keras_core.typing import DataFormat, Tensor


class RandomGaussianBlur(RandomColorLayer):
    """RandomGaussianBlur: in training blurs some pictures, drawn at random, by bell-shaped kernels of random width.

    Beyond the border of a picture its values are 0.

    Args:
        factor: bounds of the probability, which is drawn for each picture: (lower, upper) from 0 to 1, or x for (0, x).
            Defaults to 1.
        kernel_size: height and width of the kernel, odd numbers, or one for both. Defaults to 3.
        sigma: bounds of the kernel's standard deviation in pixels, which is drawn for each picture and direction:
            (lower, upper), or x for (0, x). Defaults to 1.
        value_range: the least and the greatest value of a pixel. Defaults to (0, 255).
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
        Same shape as the input.

    Raises:
        ValueError: for a factor, size, deviation or range that is none.

    Example:
        >>> import numpy as np
        >>> from keras_preprocessing.layers import RandomGaussianBlur
        >>> x = np.zeros((1, 3, 3, 1), "float32")
        >>> x[0, 1, 1, 0] = 100
        >>> layer = RandomGaussianBlur((1.0, 1.0), sigma=(1.0, 1.0), data_format="channels_last")
        >>> np.asarray(layer(x))[0, 1].round(1).ravel().tolist()
        [12.4, 20.4, 12.4]
    """

    def __init__(
        self,
        factor: float | Sequence[float] = 1.0,
        kernel_size: int | Sequence[int] = 3,
        sigma: float | Sequence[float] = 1.0,
        value_range: Sequence[float] = (0, 255),
        data_format: DataFormat = None,
        seed: int | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(factor, data_format=data_format, value_range=value_range, seed=seed, **kwargs)
        sizes = tuple(kernel_size) if isinstance(kernel_size, (tuple, list)) else (kernel_size, kernel_size)
        if len(sizes) != 2 or not all(isinstance(one, int) and one > 0 and one % 2 for one in sizes):
            raise ValueError(
                f"{describe(self)}: kernel_size must be an odd number or two of them, got {kernel_size!r}."
            )
        self.kernel_size = sizes
        self.sigma = self.checked_range("sigma", sigma, 0, float("inf"))

    def draw_colors(self, batch_size: Any, seed: Any) -> dict[str, Any]:
        chosen = self.draw_chosen(batch_size, seed)
        return {"should_apply_blur": chosen, "blur_factor": self.draw((batch_size, 2), self.sigma, seed)}

    def change_colors(self, images: Tensor, transformation: Any) -> Tensor:
        chosen = ops.cast(ops.expand_dims(transformation["should_apply_blur"], 1), "float32")
        for k, axis in enumerate((self.height_axis, self.width_axis)):
            reach = self.kernel_size[k] // 2
            deviation = ops.maximum(transformation["blur_factor"][:, k : k + 1], 1e-3)
            distances = ops.divide(ops.cast([float(x) for x in range(reach + 1)], "float32"), deviation)
            weights = ops.exp(ops.multiply(ops.square(distances), -0.5))
            whole = ops.subtract(ops.multiply(ops.sum(weights, axis=1, keepdims=True), 2), 1)
            weights = ops.multiply(ops.divide(weights, whole), chosen)
            columns = list(ops.unstack(weights, reach + 1, axis=1))
            columns[0] = ops.add(columns[0], ops.subtract(1, chosen[:, 0]))  # a picture that stays counts by itself
            images = neighbours(images, axis, [self.each(column) for column in columns])
        return self.clipped(images)

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "kernel_size": self.kernel_size, "sigma": self.sigma}
