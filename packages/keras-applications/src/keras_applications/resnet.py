"""ResNet: bottlenecks whose results are added to what came in, normalized after each convolution."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from keras_layers import Activation, Add, Conv2D, MaxPooling2D, ZeroPadding2D

from keras_applications.architecture import architecture
from keras_applications.blocks import activated, normalized
from keras_applications.imagenet_utils import preprocessing_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from keras_core import KerasTensor

__all__ = ["ResNet50", "ResNet101", "ResNet152", "preprocess_input"]

preprocess_input = preprocessing_of(__name__)

_REFERENCE = "He et al., 2015, https://arxiv.org/abs/1512.03385"


def _bottleneck(x: KerasTensor, filters: int, strides: int, first: bool, name: str) -> KerasTensor:
    """1x1, 3x3 and 1x1 convolutions beside a shortcut, which the first of a stack fits to the new shape."""
    shortcut = x
    if first:
        shortcut = normalized(Conv2D(4 * filters, 1, strides=strides, name=f"{name}_0_conv")(x), f"{name}_0")
    x = activated(Conv2D(filters, 1, strides=strides, name=f"{name}_1_conv")(x), f"{name}_1")
    x = activated(Conv2D(filters, 3, padding="same", name=f"{name}_2_conv")(x), f"{name}_2")
    x = normalized(Conv2D(4 * filters, 1, name=f"{name}_3_conv")(x), f"{name}_3")
    x = Add(name=f"{name}_add")([shortcut, x])
    outputs: KerasTensor = Activation("relu", name=f"{name}_out")(x)
    return outputs


def _stacks(x: KerasTensor, repeats: Sequence[int]) -> KerasTensor:
    x = Conv2D(64, 7, strides=2, name="conv1_conv")(ZeroPadding2D(3, name="conv1_pad")(x))
    x = ZeroPadding2D(1, name="pool1_pad")(activated(x, "conv1"))
    x = MaxPooling2D(3, strides=2, name="pool1_pool")(x)
    for stack, count in enumerate(repeats):
        for number in range(1, count + 1):
            strides = 2 if stack and number == 1 else 1
            x = _bottleneck(x, 64 * 2**stack, strides, number == 1, f"conv{stack + 2}_block{number}")
    return x


_resnet = partial(architecture, reference=_REFERENCE, features=2048, module=__name__)
ResNet50 = _resnet("ResNet50", partial(_stacks, repeats=(3, 4, 6, 3)), "ResNet with 50 layers of weights.")
ResNet101 = _resnet("ResNet101", partial(_stacks, repeats=(3, 4, 23, 3)), "ResNet with 101 layers of weights.")
ResNet152 = _resnet("ResNet152", partial(_stacks, repeats=(3, 8, 36, 3)), "ResNet with 152 layers of weights.")
