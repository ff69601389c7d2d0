"""MobileNet V2: blocks that widen, convolve each channel and narrow again, added to what came in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from keras_layers import Add, BatchNormalization, Conv2D, DepthwiseConv2D, GlobalAveragePooling2D, ReLU, ZeroPadding2D

from keras_applications.architecture import documented
from keras_applications.blocks import channel_axis, channels_of, halving_padding, rounded_channels, spatial_sizes
from keras_applications.frame import Frame
from keras_applications.imagenet_utils import preprocessing_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from keras_core import KerasTensor, Model
    from keras_core.typing import PathLike

__all__ = ["MobileNetV2", "preprocess_input"]

preprocess_input = preprocessing_of(__name__)

# Table 2 of the paper: factor of the channels inside, channels of the result, repeats, strides of the first.
_STAGES = (
    (1, 16, 1, 1),
    (6, 24, 2, 2),
    (6, 32, 3, 2),
    (6, 64, 4, 2),
    (6, 96, 3, 1),
    (6, 160, 3, 2),
    (6, 320, 1, 1),
)


def _normalized(x: KerasTensor, name: str) -> KerasTensor:
    outputs: KerasTensor = BatchNormalization(axis=channel_axis(), epsilon=1e-3, momentum=0.999, name=name)(x)
    return outputs


def _inverted_residual(x: KerasTensor, expansion: int, filters: int, strides: int, name: str) -> KerasTensor:
    inputs, channels = x, channels_of(x)
    if expansion > 1:
        x = Conv2D(expansion * channels, 1, padding="same", use_bias=False, name=f"{name}_expand")(x)
        x = ReLU(6.0, name=f"{name}_expand_relu")(_normalized(x, f"{name}_expand_BN"))
    padding = "same"
    if strides > 1:
        x, padding = ZeroPadding2D(halving_padding(x, 3), name=f"{name}_pad")(x), "valid"
    x = DepthwiseConv2D(3, strides=strides, padding=padding, use_bias=False, name=f"{name}_depthwise")(x)
    x = ReLU(6.0, name=f"{name}_depthwise_relu")(_normalized(x, f"{name}_depthwise_BN"))
    x = Conv2D(filters, 1, padding="same", use_bias=False, name=f"{name}_project")(x)
    x = _normalized(x, f"{name}_project_BN")
    if strides == 1 and channels == filters:
        x = Add(name=f"{name}_add")([inputs, x])
    return x


@documented(
    "Sandler et al., 2018, https://arxiv.org/abs/1801.04381",
    1280,
    {"alpha": "factor of the number of channels in each layer. Defaults to 1.0."},
)
def MobileNetV2(
    input_shape: Sequence[int | None] | None = None,
    alpha: float = 1.0,
    include_top: bool = True,
    weights: PathLike | None = "imagenet",
    input_tensor: KerasTensor | None = None,
    pooling: str | None = None,
    classes: int = 1000,
    classifier_activation: str | Callable[..., Any] | None = "softmax",
    name: str | None = None,
    **modules: Any,
) -> Model:
    """MobileNet V2."""
    frame = Frame(
        "MobileNetV2",
        include_top,
        weights,
        input_tensor,
        input_shape,
        pooling,
        classes,
        classifier_activation,
        name,
        modules,
        alpha=alpha,
        sizes=(96, 128, 160, 192, 224),
    )
    frame.name = name or f"mobilenetv2_{alpha:0.2f}_{spatial_sizes(frame.image)[0]}"
    x = Conv2D(rounded_channels(32 * alpha), 3, strides=2, padding="same", use_bias=False, name="Conv1")(frame.image)
    x = ReLU(6.0, name="Conv1_relu")(_normalized(x, "bn_Conv1"))
    number = 0
    for expansion, filters, repeats, strides in _STAGES:
        for repeat in range(repeats):
            block = f"block_{number}" if number else "expanded_conv"
            channels = rounded_channels(int(filters * alpha))
            x = _inverted_residual(x, expansion, channels, 1 if repeat else strides, block)
            number += 1
    # A narrow model keeps its last layer as wide as it is.
    x = Conv2D(rounded_channels(1280 * max(alpha, 1.0)), 1, use_bias=False, name="Conv_1")(x)
    x = ReLU(6.0, name="out_relu")(_normalized(x, "Conv_1_bn"))
    return frame.model(frame.predictions(GlobalAveragePooling2D()(x)) if include_top else frame.pooled(x))
