"""EfficientNet: MobileNet V2's gated blocks, with depth, width and size of pictures scaled together."""

from __future__ import annotations

import math
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
from keras_core import config, ops
from keras_layers import (
    Activation,
    Add,
    BatchNormalization,
    Conv2D,
    DepthwiseConv2D,
    Dropout,
    GlobalAveragePooling2D,
    Normalization,
    ZeroPadding2D,
)

from keras_applications.architecture import architecture
from keras_applications.blocks import (
    OF_CLASSIFIERS,
    OF_CONVOLUTIONS,
    channel_axis,
    channel_gate,
    channels_of,
    halving_padding,
    rounded_channels,
)
from keras_applications.imagenet_utils import DEVIATIONS, preprocessing_of

if TYPE_CHECKING:
    from keras_core import KerasTensor

    from keras_applications.architecture import Constructor
    from keras_applications.frame import Frame

__all__ = [
    "EfficientNetB0",
    "EfficientNetB1",
    "EfficientNetB2",
    "EfficientNetB3",
    "EfficientNetB4",
    "EfficientNetB5",
    "EfficientNetB6",
    "EfficientNetB7",
    "preprocess_input",
]

preprocess_input = preprocessing_of(__name__)

# Table 1 of the paper: kernel, repeats, channels, factor of the channels inside, strides.
_STAGES = (
    (3, 1, 16, 1, 1),
    (3, 2, 24, 6, 2),
    (5, 2, 40, 6, 2),
    (3, 3, 80, 6, 2),
    (5, 3, 112, 6, 1),
    (5, 4, 192, 6, 2),
    (3, 1, 320, 6, 1),
)
_DROPPED = 0.2


def _activated(x: KerasTensor, name: str) -> KerasTensor:
    x = BatchNormalization(axis=channel_axis(), name=f"{name}bn")(x)
    outputs: KerasTensor = Activation("swish", name=f"{name}activation")(x)
    return outputs


def _conv(x: KerasTensor, filters: int, name: str) -> KerasTensor:
    layer = Conv2D(filters, 1, padding="same", use_bias=False, kernel_initializer=OF_CONVOLUTIONS, name=f"{name}conv")
    outputs: KerasTensor = layer(x)
    return outputs


def _block(
    x: KerasTensor, size: int, filters: int, expansion: int, strides: int, dropped: float, name: str
) -> KerasTensor:
    inputs, channels = x, channels_of(x)
    if expansion > 1:
        x = _activated(_conv(x, channels * expansion, f"{name}expand_"), f"{name}expand_")
    padding = "same"
    if strides > 1:
        x, padding = ZeroPadding2D(halving_padding(x, size), name=f"{name}dwconv_pad")(x), "valid"
    x = DepthwiseConv2D(
        size,
        strides=strides,
        padding=padding,
        use_bias=False,
        depthwise_initializer=OF_CONVOLUTIONS,
        name=f"{name}dwconv",
    )(x)
    x = channel_gate(_activated(x, name), max(1, channels // 4), name)
    x = _conv(x, filters, f"{name}project_")
    x = BatchNormalization(axis=channel_axis(), name=f"{name}project_bn")(x)
    if strides == 1 and channels == filters:
        if dropped:
            x = Dropout(dropped, noise_shape=(None, 1, 1, 1), name=f"{name}drop")(x)
        x = Add(name=f"{name}add")([x, inputs])
    return x


def _layers(x: KerasTensor, width: float, depth: float, published: bool = False) -> KerasTensor:
    x = Normalization(axis=channel_axis())(ops.divide(x, 255.0))
    if published:  # these weights divide by the variance, of which the layer before takes the root
        deviations = np.array(DEVIATIONS, "float32")
        axes = (3, 1, 1) if config.image_data_format() == "channels_first" else (3,)
        x = ops.multiply(x, (1 / np.sqrt(deviations)).reshape(axes))
    x = ZeroPadding2D(halving_padding(x, 3), name="stem_conv_pad")(x)
    channels = rounded_channels(32 * width)
    x = Conv2D(channels, 3, strides=2, use_bias=False, kernel_initializer=OF_CONVOLUTIONS, name="stem_conv")(x)
    x = _activated(x, "stem_")
    counts = [math.ceil(depth * stage[1]) for stage in _STAGES]
    number = 0
    for place, ((size, _, filters, expansion, strides), count) in enumerate(zip(_STAGES, counts, strict=True), 1):
        for repeat in range(count):
            name = f"block{place}{chr(ord('a') + repeat)}_"
            dropped = _DROPPED * number / sum(counts)
            x = _block(x, size, rounded_channels(filters * width), expansion, 1 if repeat else strides, dropped, name)
            number += 1
    return _activated(_conv(x, rounded_channels(1280 * width), "top_"), "top_")


def _variant(number: int, width: float, depth: float, size: int, dropout: float) -> Constructor:
    def top(frame: Frame, x: KerasTensor) -> KerasTensor:
        x = Dropout(dropout, name="top_dropout")(GlobalAveragePooling2D(name="avg_pool")(x))
        return frame.predictions(x, kernel_initializer=OF_CLASSIFIERS)

    return architecture(
        f"EfficientNetB{number}",
        partial(_layers, width=width, depth=depth),
        f"EfficientNet, B{number}; it takes pixels from 0 to 255.",
        "Tan and Le, 2019, https://arxiv.org/abs/1905.11946",
        features=rounded_channels(1280 * width),
        module=__name__,
        size=size,
        top=top,
        published=partial(_layers, width=width, depth=depth, published=True),
    )


EfficientNetB0 = _variant(0, 1.0, 1.0, 224, 0.2)
EfficientNetB1 = _variant(1, 1.0, 1.1, 240, 0.2)
EfficientNetB2 = _variant(2, 1.1, 1.2, 260, 0.3)
EfficientNetB3 = _variant(3, 1.2, 1.4, 300, 0.3)
EfficientNetB4 = _variant(4, 1.4, 1.8, 380, 0.4)
EfficientNetB5 = _variant(5, 1.6, 2.2, 456, 0.4)
EfficientNetB6 = _variant(6, 1.8, 2.6, 528, 0.5)
EfficientNetB7 = _variant(7, 2.0, 3.1, 600, 0.5)
