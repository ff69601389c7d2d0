"""ResNet V2: bottlenecks that normalize and activate before each convolution, so that shortcuts pass unchanged."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from keras_layers import Add, Conv2D, MaxPooling2D, ZeroPadding2D

from keras_applications.architecture import architecture
from keras_applications.blocks import activated
from keras_applications.imagenet_utils import preprocessing_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from keras_core import KerasTensor

__all__ = ["ResNet50V2", "ResNet101V2", "ResNet152V2", "preprocess_input"]

preprocess_input = preprocessing_of(__name__)

_REFERENCE = "He et al., 2016, https://arxiv.org/abs/1603.05027"


def _bottleneck(x: KerasTensor, filters: int, strides: int, first: bool, name: str) -> KerasTensor:
    """1x1, 3x3 and 1x1 convolutions of the activated input beside a shortcut."""
    before = activated(x, f"{name}_preact")
    if first:
        shortcut = Conv2D(4 * filters, 1, strides=strides, name=f"{name}_0_conv")(before)
    else:
        shortcut = MaxPooling2D(1, strides=strides)(x) if strides > 1 else x
    x = activated(Conv2D(filters, 1, use_bias=False, name=f"{name}_1_conv")(before), f"{name}_1")
    x = ZeroPadding2D(1, name=f"{name}_2_pad")(x)
    x = activated(Conv2D(filters, 3, strides=strides, use_bias=False, name=f"{name}_2_conv")(x), f"{name}_2")
    x = Conv2D(4 * filters, 1, name=f"{name}_3_conv")(x)
    outputs: KerasTensor = Add(name=f"{name}_out")([shortcut, x])
    return outputs


def _stacks(x: KerasTensor, repeats: Sequence[int]) -> KerasTensor:
    x = Conv2D(64, 7, strides=2, name="conv1_conv")(ZeroPadding2D(3, name="conv1_pad")(x))
    x = MaxPooling2D(3, strides=2, name="pool1_pool")(ZeroPadding2D(1, name="pool1_pad")(x))
    for stack, count in enumerate(repeats):
        for number in range(1, count + 1):
            # The last of a stack halves the size, but in the last stack.
            strides = 2 if number == count and stack < len(repeats) - 1 else 1
            x = _bottleneck(x, 64 * 2**stack, strides, number == 1, f"conv{stack + 2}_block{number}")
    return activated(x, "post")


_resnet = partial(architecture, reference=_REFERENCE, features=2048, module=__name__)
ResNet50V2 = _resnet("ResNet50V2", partial(_stacks, repeats=(3, 4, 6, 3)), "ResNet V2 with 50 layers of weights.")
ResNet101V2 = _resnet("ResNet101V2", partial(_stacks, repeats=(3, 4, 23, 3)), "ResNet V2 with 101 layers of weights.")
ResNet152V2 = _resnet("ResNet152V2", partial(_stacks, repeats=(3, 8, 36, 3)), "ResNet V2 with 152 layers of weights.")
