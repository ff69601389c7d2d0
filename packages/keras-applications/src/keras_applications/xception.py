"""Xception: convolutions of each channel by itself, then across channels, with shortcuts around two or three."""

from __future__ import annotations

from typing import TYPE_CHECKING

from keras_layers import Activation, Add, BatchNormalization, Conv2D, MaxPooling2D, SeparableConv2D

from keras_applications.architecture import architecture
from keras_applications.blocks import channel_axis
from keras_applications.imagenet_utils import preprocessing_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from keras_core import KerasTensor

__all__ = ["Xception", "preprocess_input"]

preprocess_input = preprocessing_of(__name__)


def _normalized(x: KerasTensor, name: str | None = None) -> KerasTensor:
    outputs: KerasTensor = BatchNormalization(axis=channel_axis(), name=name)(x)
    return outputs


def _activated(x: KerasTensor, name: str) -> KerasTensor:
    outputs: KerasTensor = Activation("relu", name=name)(x)
    return outputs


def _separable(x: KerasTensor, filters: int, name: str) -> KerasTensor:
    x = SeparableConv2D(filters, 3, padding="same", use_bias=False, name=name)(x)
    return _normalized(x, f"{name}_bn")


def _module(x: KerasTensor, block: int, filters: Sequence[int], halves: bool) -> KerasTensor:
    """Separable convolutions beside a shortcut; one that halves the size has a convolution as shortcut."""
    shortcut = x
    if halves:
        shortcut = _normalized(Conv2D(filters[-1], 1, strides=2, padding="same", use_bias=False)(x))
    for number, channels in enumerate(filters, 1):
        name = f"block{block}_sepconv{number}"
        if block > 2 or number > 1:  # the first module gets activated features
            x = _activated(x, f"{name}_act")
        x = _separable(x, channels, name)
    if halves:
        x = MaxPooling2D(3, strides=2, padding="same", name=f"block{block}_pool")(x)
    outputs: KerasTensor = Add()([x, shortcut])
    return outputs


def _layers(x: KerasTensor) -> KerasTensor:
    for number, (filters, strides) in enumerate(((32, 2), (64, 1)), 1):
        name = f"block1_conv{number}"
        x = _normalized(Conv2D(filters, 3, strides=strides, use_bias=False, name=name)(x), f"{name}_bn")
        x = _activated(x, f"{name}_act")
    for block, filters in enumerate((128, 256, 728), 2):
        x = _module(x, block, (filters, filters), halves=True)
    for block in range(5, 13):
        x = _module(x, block, (728, 728, 728), halves=False)
    x = _module(x, 13, (728, 1024), halves=True)
    for number, filters in enumerate((1536, 2048), 1):
        name = f"block14_sepconv{number}"
        x = _activated(_separable(x, filters, name), f"{name}_act")
    return x


Xception = architecture(
    "Xception",
    _layers,
    "Xception.",
    "Chollet, 2016, https://arxiv.org/abs/1610.02357",
    features=2048,
    module=__name__,
    size=299,
    smallest=71,
    pools=(None, None),
)
