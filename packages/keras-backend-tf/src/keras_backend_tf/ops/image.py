"""Ops for images that TensorFlow has kernels for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from keras_core import active_trace
from keras_core.backend.toolkit import channels_first, op_body

from keras_backend_tf.framework import is_recording, raw, tf

if TYPE_CHECKING:
    from collections.abc import Sequence

    from keras_core.typing import DataFormat, Tensor


def resize(images: Tensor, size: Sequence[Any], interpolation: str = "bilinear", antialias: bool = False,
           crop_to_aspect_ratio: bool = False, pad_to_aspect_ratio: bool = False, fill_mode: str = "constant",
           fill_value: float = 0.0, data_format: DataFormat = None) -> Tensor:  # fmt: skip
    """TensorFlow's kernel, whose gradient has none, where no step is traced and no tape records."""
    plain = interpolation == "bilinear" and fill_mode == "constant"
    plain = plain and not (antialias or crop_to_aspect_ratio or pad_to_aspect_ratio or channels_first(data_format))
    known = len(size) == 2 and all(isinstance(n, int) and n > 0 for n in size)
    suits = plain and known and images.dtype is tf.float32 and images.shape.rank == 4

    def in_ops(images: Tensor) -> Tensor:
        return op_body("resize")(images, size, interpolation, antialias, crop_to_aspect_ratio, pad_to_aspect_ratio,
                                 fill_mode, fill_value, data_format)  # fmt: skip

    if not suits or active_trace() is not None or is_recording():
        return in_ops(images)

    def by_kernel(images: Tensor) -> Tensor:
        return raw.ResizeBilinear(images=images, size=size, half_pixel_centers=True)

    if tf.executing_eagerly():
        return by_kernel(images)

    @tf.custom_gradient
    def in_graph(images: Tensor) -> Any:
        def gradient(upstream: Tensor) -> Tensor:
            with tf.GradientTape() as tape:
                tape.watch(images)
                found = in_ops(images)
            return tape.gradient(found, images, upstream)

        return by_kernel(images), gradient

    return in_graph(images)
