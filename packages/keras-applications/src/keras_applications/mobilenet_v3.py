"""MobileNet V3: MobileNet V2's blocks, found by search, with a gate for each channel."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from keras_core import ops
from keras_layers import (
    Activation,
    Add,
    BatchNormalization,
    Conv2D,
    DepthwiseConv2D,
    Dropout,
    Flatten,
    GlobalAveragePooling2D,
    Multiply,
    ReLU,
    ZeroPadding2D,
)

from keras_applications.architecture import documented
from keras_applications.blocks import channel_axis, channels_of, halving_padding, rounded_channels
from keras_applications.frame import Frame
from keras_applications.imagenet_utils import preprocessing_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from keras_core import KerasTensor, Model
    from keras_core.typing import PathLike

__all__ = ["MobileNetV3Large", "MobileNetV3Small", "preprocess_input"]

preprocess_input = preprocessing_of(__name__)

# Tables 1 and 2 of the paper: factor of the channels inside, channels of the result, kernel, whether there is a gate,
# whether the activation is hard swish, strides.
_LARGE = (
    (1, 16, 3, False, False, 1),
    (4, 24, 3, False, False, 2),
    (3, 24, 3, False, False, 1),
    (3, 40, 5, True, False, 2),
    (3, 40, 5, True, False, 1),
    (3, 40, 5, True, False, 1),
    (6, 80, 3, False, True, 2),
    (2.5, 80, 3, False, True, 1),
    (2.3, 80, 3, False, True, 1),
    (2.3, 80, 3, False, True, 1),
    (6, 112, 3, True, True, 1),
    (6, 112, 3, True, True, 1),
    (6, 160, 5, True, True, 2),
    (6, 160, 5, True, True, 1),
    (6, 160, 5, True, True, 1),
)
_SMALL = (
    (1, 16, 3, True, False, 2),
    (72 / 16, 24, 3, False, False, 2),
    (88 / 24, 24, 3, False, False, 1),
    (4, 40, 5, True, True, 2),
    (6, 40, 5, True, True, 1),
    (6, 40, 5, True, True, 1),
    (3, 48, 5, True, True, 1),
    (3, 48, 5, True, True, 1),
    (6, 96, 5, True, True, 2),
    (6, 96, 5, True, True, 1),
    (6, 96, 5, True, True, 1),
)
_REFERENCE = "Howard et al., 2019, https://arxiv.org/abs/1905.02244"
_ARGUMENTS = {
    "alpha": "factor of the number of channels in each layer. Defaults to 1.0.",
    "minimalistic": "whether to do without gates, hard swish and kernels of 5x5. Defaults to False.",
    "dropout_rate": "share of the features that are dropped before the classifier. Defaults to 0.2.",
    "include_preprocessing": "whether the model takes pixels from 0 to 255; else from -1 to 1. Defaults to True.",
}


def _normalized(x: KerasTensor, name: str) -> KerasTensor:
    outputs: KerasTensor = BatchNormalization(axis=channel_axis(), epsilon=1e-3, momentum=0.999, name=name)(x)
    return outputs


def _activated(x: KerasTensor, hard_swish: bool) -> KerasTensor:
    outputs: KerasTensor = (Activation("hard_swish") if hard_swish else ReLU())(x)
    return outputs


def _gated(x: KerasTensor, name: str) -> KerasTensor:
    """Squeeze and excitation: each channel is multiplied by a number from 0 to 1 that follows from all their means."""
    channels = channels_of(x)
    gate = GlobalAveragePooling2D(keepdims=True, name=f"{name}_avg_pool")(x)
    gate = Conv2D(rounded_channels(channels / 4), 1, padding="same", name=f"{name}_conv")(gate)
    gate = ReLU(name=f"{name}_relu")(gate)
    gate = Conv2D(channels, 1, padding="same", name=f"{name}_conv_1")(gate)
    outputs: KerasTensor = Multiply(name=f"{name}_mul")([x, Activation("hard_sigmoid")(gate)])
    return outputs


def _inverted_residual(
    x: KerasTensor, expansion: float, filters: int, size: int, gated: bool, hard_swish: bool, strides: int, name: str
) -> KerasTensor:
    inputs, channels = x, channels_of(x)
    if name != "expanded_conv":
        x = Conv2D(rounded_channels(channels * expansion), 1, padding="same", use_bias=False, name=f"{name}_expand")(x)
        x = _activated(_normalized(x, f"{name}_expand_bn"), hard_swish)
    padding = "same"
    if strides > 1:
        x, padding = ZeroPadding2D(halving_padding(x, size), name=f"{name}_depthwise_pad")(x), "valid"
    x = DepthwiseConv2D(size, strides=strides, padding=padding, use_bias=False, name=f"{name}_depthwise")(x)
    x = _activated(_normalized(x, f"{name}_depthwise_bn"), hard_swish)
    if gated:
        x = _gated(x, f"{name}_squeeze_excite")
    x = Conv2D(filters, 1, padding="same", use_bias=False, name=f"{name}_project")(x)
    x = _normalized(x, f"{name}_project_bn")
    if strides == 1 and channels == filters:
        x = Add(name=f"{name}_add")([inputs, x])
    return x


def _model(
    frame: Frame,
    blocks: Sequence[tuple[float, int, int, bool, bool, int]],
    last: int,
    alpha: float,
    minimalistic: bool,
    dropout_rate: float,
    include_preprocessing: bool,
) -> Model:
    frame.variant = "minimalistic" if minimalistic else f"{alpha:g}"
    if frame.published and minimalistic and alpha != 1:
        frame.variant = f"minimalistic of alpha {alpha:g}"
    x = frame.image
    if include_preprocessing:
        x = ops.subtract(ops.divide(x, 127.5), 1.0)
    x = Conv2D(16, 3, strides=2, padding="same", use_bias=False, name="conv")(x)
    x = _activated(_normalized(x, "conv_bn"), not minimalistic)
    for number, (expansion, filters, size, gated, hard_swish, strides) in enumerate(blocks):
        name = f"expanded_conv_{number}" if number else "expanded_conv"
        if minimalistic:
            size, gated, hard_swish = 3, False, False
        channels = rounded_channels(filters * alpha)
        x = _inverted_residual(x, expansion, channels, size, gated, hard_swish, strides, name)
    x = Conv2D(rounded_channels(channels_of(x) * 6), 1, padding="same", use_bias=False, name="conv_1")(x)
    x = _activated(_normalized(x, "conv_1_bn"), not minimalistic)
    if not frame.include_top:
        return frame.model(frame.pooled(x, ("avg_pool", "max_pool")))
    x = GlobalAveragePooling2D(keepdims=True)(x)
    # A narrow model keeps its last layer as wide as it is.
    x = Conv2D(rounded_channels(last * max(alpha, 1.0)), 1, padding="same", name="conv_2")(x)
    x = _activated(x, not minimalistic)
    if dropout_rate > 0:
        x = Dropout(dropout_rate)(x)
    x = Flatten()(Conv2D(frame.classes, 1, padding="same", name="logits")(x))
    return frame.model(Activation(frame.classifier_activation, name="predictions")(x))


@documented(_REFERENCE, 576, _ARGUMENTS)
def MobileNetV3Small(
    input_shape: Sequence[int | None] | None = None,
    alpha: float = 1.0,
    minimalistic: bool = False,
    include_top: bool = True,
    weights: PathLike | None = "imagenet",
    input_tensor: KerasTensor | None = None,
    classes: int = 1000,
    pooling: str | None = None,
    dropout_rate: float = 0.2,
    classifier_activation: str | Callable[..., Any] | None = "softmax",
    include_preprocessing: bool = True,
    name: str | None = "MobileNetV3Small",
    **modules: Any,
) -> Model:
    """MobileNet V3, small."""
    arguments = (include_top, weights, input_tensor, input_shape, pooling, classes, classifier_activation, name)
    frame = Frame("MobileNetV3Small", *arguments, modules, alpha=alpha, known_size=False)
    return _model(frame, _SMALL, 1024, alpha, minimalistic, dropout_rate, include_preprocessing)


@documented(_REFERENCE, 960, _ARGUMENTS)
def MobileNetV3Large(
    input_shape: Sequence[int | None] | None = None,
    alpha: float = 1.0,
    minimalistic: bool = False,
    include_top: bool = True,
    weights: PathLike | None = "imagenet",
    input_tensor: KerasTensor | None = None,
    classes: int = 1000,
    pooling: str | None = None,
    dropout_rate: float = 0.2,
    classifier_activation: str | Callable[..., Any] | None = "softmax",
    include_preprocessing: bool = True,
    name: str | None = "MobileNetV3Large",
    **modules: Any,
) -> Model:
    """MobileNet V3, large."""
    arguments = (include_top, weights, input_tensor, input_shape, pooling, classes, classifier_activation, name)
    frame = Frame("MobileNetV3Large", *arguments, modules, alpha=alpha, known_size=False)
    return _model(frame, _LARGE, 1280, alpha, minimalistic, dropout_rate, include_preprocessing)
