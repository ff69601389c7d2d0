"""Resizing: pictures in another size."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from keras_core import backend, ops

from keras_preprocessing.layers.encoding import describe
from keras_preprocessing.layers.image.window_layer import Window, WindowLayer

if TYPE_CHECKING:
    from keras_core.typing import DataFormat, Tensor

_INTERPOLATIONS = ("bilinear", "nearest", "bicubic", "lanczos3", "lanczos5")


class Resizing(WindowLayer):
    """Resizing: pictures in another size.

    Args:
        height: height of the output.
        width: width of the output.
        interpolation: "bilinear", "nearest", "bicubic", "lanczos3" or "lanczos5". Defaults to "bilinear".
        crop_to_aspect_ratio: whether to show only the greatest part in the middle that has the ratio of the output's
            sides, so that nothing is distorted. Defaults to False.
        pad_to_aspect_ratio: whether to add a border that gives that ratio. Defaults to False.
        fill_mode: accepted as "constant". Defaults to "constant".
        fill_value: value of that border. Defaults to 0.0.
        antialias: whether every pixel counts where pictures become smaller. Defaults to False.
        data_format: "channels_last" or "channels_first"; None takes `keras.config.image_data_format()`. Defaults to
            None.
        **kwargs: `bounding_box_format`, `name`, `dtype` and the other arguments of `Layer`.

    Call arguments:
        data: pictures, or a dict of "images", "labels", "bounding_boxes" and "segmentation_masks".
        training: accepted; nothing is random.

    Input shape:
        (batch, height, width, channels), or with "channels_first" (batch, channels, height, width); or one picture.

    Output shape:
        Same shape as the input, with the layer's height and width. Ints keep their dtype.

    Raises:
        ValueError: for an unknown interpolation, or both ways to keep the ratio.

    Example:
        >>> import numpy as np
        >>> from keras_preprocessing.layers import Resizing
        >>> x = np.array([[[[0.0], [4.0]]]], "float32")
        >>> np.asarray(Resizing(1, 4, data_format="channels_last")(x)).ravel().tolist()
        [0.0, 1.0, 3.0, 4.0]
    """

    def __init__(
        self,
        height: int,
        width: int,
        interpolation: str = "bilinear",
        crop_to_aspect_ratio: bool = False,
        pad_to_aspect_ratio: bool = False,
        fill_mode: str = "constant",
        fill_value: float = 0.0,
        antialias: bool = False,
        data_format: DataFormat = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(height, width, data_format=data_format, **kwargs)
        if interpolation not in _INTERPOLATIONS:
            raise ValueError(
                f"{describe(self)}: interpolation must be one of {', '.join(map(repr, _INTERPOLATIONS))}, "
                f"got {interpolation!r}."
            )
        if fill_mode != "constant" or (crop_to_aspect_ratio and pad_to_aspect_ratio):
            raise ValueError(
                f"{describe(self)}: got fill_mode={fill_mode!r}, crop_to_aspect_ratio={crop_to_aspect_ratio} and "
                f"pad_to_aspect_ratio={pad_to_aspect_ratio}; expected 'constant' and at most one of both."
            )
        self.interpolation = interpolation
        self.crop_to_aspect_ratio, self.pad_to_aspect_ratio = bool(crop_to_aspect_ratio), bool(pad_to_aspect_ratio)
        self.fill_mode, self.fill_value, self.antialias = fill_mode, fill_value, bool(antialias)

    def get_random_transformation(self, data: Any, training: bool = True, seed: Any = None) -> dict[str, Any]:
        height, width = self.image_size(data)
        window = Window(0, 0, height, width)
        if self.crop_to_aspect_ratio:
            window = self.centre(data)
        elif self.pad_to_aspect_ratio:
            self.centre(data)  # refuses unknown sizes
            above = max(0, int(width * self.height / self.width) - height) // 2
            before = max(0, int(height * self.width / self.height) - width) // 2
            window = Window(-above, -before, height + 2 * above, width + 2 * before)
        return {"window": window, "size": (height, width)}

    def _output_dtype(self, dtype: str) -> str:
        return dtype

    def is_program(self, value: Any) -> bool:
        """Whether to resize is a program of its own: not where the backend has a kernel for it."""
        images = value.get("images") if isinstance(value, Mapping) else value
        plain = self.interpolation == "bilinear" and self.channels_axis == -1
        plain = plain and not (self.antialias or self.crop_to_aspect_ratio or self.pad_to_aspect_ratio)
        by_kernel = plain and images is not None and ops.dtype(images) == "float32" and "resize" in backend.active().ops
        return super().is_program(value) and not by_kernel

    def transform_images(self, images: Tensor, transformation: Any, training: bool = True) -> Tensor:
        return self._shown(images, transformation["window"], self.interpolation)

    def _shown(self, images: Tensor, window: Window, interpolation: str, dtype: str | None = None) -> Tensor:
        return ops.resize(
            images,
            (self.height, self.width),
            interpolation,
            antialias=self.antialias and interpolation == self.interpolation,
            crop_to_aspect_ratio=self.crop_to_aspect_ratio,
            pad_to_aspect_ratio=self.pad_to_aspect_ratio,
            fill_value=self.fill_value,
            data_format=self.data_format,
        )

    def get_config(self) -> dict[str, Any]:
        names = ("interpolation", "crop_to_aspect_ratio", "pad_to_aspect_ratio", "fill_mode", "fill_value", "antialias")
        return {**super().get_config(), **{name: getattr(self, name) for name in names}}
