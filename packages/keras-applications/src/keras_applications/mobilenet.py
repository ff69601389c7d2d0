"""MobileNet: convolutions split into one of each channel by itself and one across channels."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from keras_layers import (
    Activation,
    BatchNormalization,
    Conv2D,
    DepthwiseConv2D,
    Dropout,
    GlobalAveragePooling2D,
    ReLU,
    Reshape,
    ZeroPadding2D,
)

from keras_applications.architecture import documented
from keras_applications.blocks import channel_axis, spatial_sizes
from keras_applications.frame import Frame
from keras_applications.imagenet_utils import preprocessing_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from keras_core import KerasTensor, Model
    from keras_core.typing import PathLike

__all__ = ["MobileNet", "preprocess_input"]

preprocess_input = preprocessing_of(__name__)

# Channels and strides of the 13 blocks.
_BLOCKS = (
    (64, 1),
    (128, 2),
    (128, 1),
    (256, 2),
    (256, 1),
    (512, 2),
    *5 * ((512, 1),),
    (1024, 2),
    (1024, 1),
)


def _activated(x: KerasTensor, name: str) -> KerasTensor:
    x = BatchNormalization(axis=channel_axis(), name=f"{name}_bn")(x)
    outputs: KerasTensor = ReLU(6.0, name=f"{name}_relu")(x)
    return outputs


def _block(x: KerasTensor, filters: int, strides: int, depth_multiplier: int, number: int) -> KerasTensor:
    """A convolution of each channel, then one of 1x1."""
    padding = "same"
    if strides > 1:
        x, padding = ZeroPadding2D(((0, 1), (0, 1)), name=f"conv_pad_{number}")(x), "valid"
    name = f"conv_dw_{number}"
    x = DepthwiseConv2D(
        3, strides=strides, padding=padding, depth_multiplier=depth_multiplier, use_bias=False, name=name
    )(x)
    x = _activated(x, name)
    name = f"conv_pw_{number}"
    return _activated(Conv2D(filters, 1, padding="same", use_bias=False, name=name)(x), name)


@documented(
    "Howard et al., 2017, https://arxiv.org/abs/1704.04861",
    1024,
    {
        "alpha": "factor of the number of channels in each layer. Defaults to 1.0.",
        "depth_multiplier": "how many channels the convolution of each channel gives. Defaults to 1.",
        "dropout": "share of the features that are dropped before the classifier. Defaults to 0.001.",
    },
)
def MobileNet(
    input_shape: Sequence[int | None] | None = None,
    alpha: float = 1.0,
    depth_multiplier: int = 1,
    dropout: float = 1e-3,
    include_top: bool = True,
    weights: PathLike | None = "imagenet",
    input_tensor: KerasTensor | None = None,
    pooling: str | None = None,
    classes: int = 1000,
    classifier_activation: str | Callable[..., Any] | None = "softmax",
    name: str | None = None,
    **modules: Any,
) -> Model:
    """MobileNet."""
    frame = Frame(
        "MobileNet",
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
        sizes=(128, 160, 192, 224),
    )
    frame.name = name or f"mobilenet_{alpha:0.2f}_{spatial_sizes(frame.image)[0]}"
    x = Conv2D(int(32 * alpha), 3, strides=2, padding="same", use_bias=False, name="conv1")(frame.image)
    x = _activated(x, "conv1")
    for number, (filters, strides) in enumerate(_BLOCKS, 1):
        x = _block(x, int(filters * alpha), strides, depth_multiplier, number)
    if not include_top:
        return frame.model(frame.pooled(x))
    x = GlobalAveragePooling2D(keepdims=True)(x)
    x = Dropout(dropout, name="dropout")(x)
    x = Conv2D(frame.classes, 1, padding="same", name="conv_preds")(x)
    x = Reshape((frame.classes,), name="reshape_2")(x)
    return frame.model(Activation(frame.classifier_activation, name="predictions")(x))
