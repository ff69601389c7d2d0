"""Inception-ResNet V2: Inception's branches, whose scaled results are added to what came in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from keras_core import Layer, ops
from keras_layers import Activation, AveragePooling2D, Conv2D, MaxPooling2D

from keras_applications.architecture import architecture
from keras_applications.blocks import beside_each_other, channels_of, convolved, in_a_row, inception_stem
from keras_applications.imagenet_utils import preprocessing_of

if TYPE_CHECKING:
    from keras_core import KerasTensor
    from keras_core.typing import Tensor

__all__ = ["InceptionResNetV2", "preprocess_input"]

preprocess_input = preprocessing_of(__name__)


class CustomScaleLayer(Layer):
    """Adds a scaled tensor to another: ``inputs[0] + scale * inputs[1]``.

    Args:
        scale: the factor.
        **kwargs: `name`, `dtype` and the other arguments of `Layer`.

    Call arguments:
        inputs: list of two tensors of one shape.

    Example:
        >>> import numpy as np
        >>> from keras_applications.inception_resnet_v2 import CustomScaleLayer
        >>> layer = CustomScaleLayer(0.5)
        >>> np.asarray(layer([np.array([1.0], "float32"), np.array([4.0], "float32")])).tolist()
        [3.0]
    """

    def __init__(self, scale: float, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.scale = scale

    def call(self, inputs: list[Tensor]) -> Tensor:
        return ops.add(inputs[0], ops.multiply(inputs[1], self.scale))

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "scale": self.scale}


# The branches of each kind of block (Figures 16, 17 and 19 of the paper): channels and kernels.
_BRANCHES: dict[str, list[list[tuple[int, int | tuple[int, int]]]]] = {
    "block35": [[(32, 1)], [(32, 1), (32, 3)], [(32, 1), (48, 3), (64, 3)]],
    "block17": [[(192, 1)], [(128, 1), (160, (1, 7)), (192, (7, 1))]],
    "block8": [[(192, 1)], [(192, 1), (224, (1, 3)), (256, (3, 1))]],
}


def _residual(x: KerasTensor, kind: str, number: int, scale: float, activated: bool = True) -> KerasTensor:
    name = f"{kind}_{number}"
    mixed = beside_each_other([in_a_row(x, *branch) for branch in _BRANCHES[kind]], f"{name}_mixed")
    up = Conv2D(channels_of(x), 1, padding="same", name=f"{name}_conv")(mixed)
    x = CustomScaleLayer(scale)([x, up])
    return Activation("relu", name=f"{name}_ac")(x) if activated else x


def _halving(x: KerasTensor, filters: int) -> KerasTensor:
    return convolved(x, filters, 3, strides=2, padding="valid")


def _layers(x: KerasTensor) -> KerasTensor:
    x = inception_stem(x)
    branches = [convolved(x, 96, 1), in_a_row(x, (48, 1), (64, 5)), in_a_row(x, (64, 1), (96, 3), (96, 3))]
    branches.append(convolved(AveragePooling2D(3, strides=1, padding="same")(x), 64, 1))
    x = beside_each_other(branches, "mixed_5b")
    for number in range(1, 11):
        x = _residual(x, "block35", number, 0.17)
    branches = [_halving(x, 384), _halving(in_a_row(x, (256, 1), (256, 3)), 384), MaxPooling2D(3, strides=2)(x)]
    x = beside_each_other(branches, "mixed_6a")
    for number in range(1, 21):
        x = _residual(x, "block17", number, 0.1)
    branches = [_halving(convolved(x, 256, 1), 384), _halving(convolved(x, 256, 1), 288)]
    branches += [_halving(in_a_row(x, (256, 1), (288, 3)), 320), MaxPooling2D(3, strides=2)(x)]
    x = beside_each_other(branches, "mixed_7a")
    for number in range(1, 10):
        x = _residual(x, "block8", number, 0.2)
    x = _residual(x, "block8", 10, 1.0, activated=False)
    return convolved(x, 1536, 1, name="conv_7b")


InceptionResNetV2 = architecture(
    "InceptionResNetV2",
    _layers,
    "Inception-ResNet V2.",
    "Szegedy et al., 2016, https://arxiv.org/abs/1602.07261",
    features=1536,
    module=__name__,
    name="inception_resnet_v2",
    size=299,
    smallest=75,
    pools=(None, None),
)
