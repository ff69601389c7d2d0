"""DenseNet: every layer of a block takes what all layers before it in the block gave."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from keras_layers import (
    Activation,
    AveragePooling2D,
    BatchNormalization,
    Concatenate,
    Conv2D,
    MaxPooling2D,
    ZeroPadding2D,
)

from keras_applications.architecture import architecture
from keras_applications.blocks import activated, channel_axis, channels_of
from keras_applications.imagenet_utils import preprocessing_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from keras_core import KerasTensor

__all__ = ["DenseNet121", "DenseNet169", "DenseNet201", "preprocess_input"]

preprocess_input = preprocessing_of(__name__)

_GROWTH = 32
_REFERENCE = "Huang et al., 2016, https://arxiv.org/abs/1608.06993"


def _dense_layer(x: KerasTensor, name: str) -> KerasTensor:
    """Puts new channels beside those of `x`."""
    new = Conv2D(4 * _GROWTH, 1, use_bias=False, name=f"{name}_1_conv")(activated(x, f"{name}_0"))
    new = Conv2D(_GROWTH, 3, padding="same", use_bias=False, name=f"{name}_2_conv")(activated(new, f"{name}_1"))
    outputs: KerasTensor = Concatenate(axis=channel_axis(), name=f"{name}_concat")([x, new])
    return outputs


def _transition(x: KerasTensor, name: str) -> KerasTensor:
    """Halves channels and size."""
    half = channels_of(x) // 2
    x = Conv2D(half, 1, use_bias=False, name=f"{name}_conv")(activated(x, name))
    outputs: KerasTensor = AveragePooling2D(2, strides=2, name=f"{name}_pool")(x)
    return outputs


def _blocks(x: KerasTensor, repeats: Sequence[int]) -> KerasTensor:
    x = Conv2D(64, 7, strides=2, use_bias=False, name="conv1_conv")(ZeroPadding2D(3)(x))
    x = MaxPooling2D(3, strides=2, name="pool1")(ZeroPadding2D(1)(activated(x, "conv1")))
    for block, count in enumerate(repeats, 2):
        if block > 2:
            x = _transition(x, f"pool{block - 1}")
        for number in range(1, count + 1):
            x = _dense_layer(x, f"conv{block}_block{number}")
    x = BatchNormalization(axis=channel_axis(), epsilon=1.001e-5, name="bn")(x)
    outputs: KerasTensor = Activation("relu", name="relu")(x)
    return outputs


_densenet = partial(architecture, reference=_REFERENCE, module=__name__)
DenseNet121 = _densenet(
    "DenseNet121", partial(_blocks, repeats=(6, 12, 24, 16)), "DenseNet with 121 layers of weights.", features=1024
)
DenseNet169 = _densenet(
    "DenseNet169", partial(_blocks, repeats=(6, 12, 32, 32)), "DenseNet with 169 layers of weights.", features=1664
)
DenseNet201 = _densenet(
    "DenseNet201", partial(_blocks, repeats=(6, 12, 48, 32)), "DenseNet with 201 layers of weights.", features=1920
)
