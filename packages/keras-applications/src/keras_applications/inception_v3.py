"""Inception V3: blocks of branches side by side, with large kernels split into rows of small ones."""

from __future__ import annotations

from typing import TYPE_CHECKING

from keras_layers import AveragePooling2D, MaxPooling2D

from keras_applications.architecture import architecture
from keras_applications.blocks import beside_each_other, convolved, in_a_row, inception_stem
from keras_applications.imagenet_utils import preprocessing_of

if TYPE_CHECKING:
    from keras_core import KerasTensor

__all__ = ["InceptionV3", "preprocess_input"]

preprocess_input = preprocessing_of(__name__)


def _pooled(x: KerasTensor, filters: int) -> KerasTensor:
    return convolved(AveragePooling2D(3, strides=1, padding="same")(x), filters, 1)


def _small_kernels(x: KerasTensor, pool_filters: int, name: str) -> KerasTensor:
    """Figure 5 of the paper."""
    branches = [
        convolved(x, 64, 1),
        in_a_row(x, (48, 1), (64, 5)),
        in_a_row(x, (64, 1), (96, 3), (96, 3)),
        _pooled(x, pool_filters),
    ]
    return beside_each_other(branches, name)


def _split_kernels(x: KerasTensor, filters: int, name: str) -> KerasTensor:
    """Figure 6 of the paper: kernels of 7x7 as rows of 1x7 and 7x1."""
    branches = [
        convolved(x, 192, 1),
        in_a_row(x, (filters, 1), (filters, (1, 7)), (192, (7, 1))),
        in_a_row(x, (filters, 1), (filters, (7, 1)), (filters, (1, 7)), (filters, (7, 1)), (192, (1, 7))),
        _pooled(x, 192),
    ]
    return beside_each_other(branches, name)


def _spread_kernels(x: KerasTensor, name: str, name_of_pair: str) -> KerasTensor:
    """Figure 7 of the paper: 1x3 and 3x1 side by side."""

    def spread(x: KerasTensor, name: str | None) -> KerasTensor:
        return beside_each_other([convolved(x, 384, (1, 3)), convolved(x, 384, (3, 1))], name)

    branches = [
        convolved(x, 320, 1),
        spread(convolved(x, 384, 1), name_of_pair),
        spread(in_a_row(x, (448, 1), (384, 3)), None),
        _pooled(x, 192),
    ]
    return beside_each_other(branches, name)


def _layers(x: KerasTensor) -> KerasTensor:
    x = inception_stem(x)
    for number, filters in enumerate((32, 64, 64)):
        x = _small_kernels(x, filters, f"mixed{number}")
    first = convolved(x, 384, 3, strides=2, padding="valid")
    second = convolved(in_a_row(x, (64, 1), (96, 3)), 96, 3, strides=2, padding="valid")
    x = beside_each_other([first, second, MaxPooling2D(3, strides=2)(x)], "mixed3")
    for number, filters in enumerate((128, 160, 160, 192), 4):
        x = _split_kernels(x, filters, f"mixed{number}")
    first = convolved(convolved(x, 192, 1), 320, 3, strides=2, padding="valid")
    second = convolved(in_a_row(x, (192, 1), (192, (1, 7)), (192, (7, 1))), 192, 3, strides=2, padding="valid")
    x = beside_each_other([first, second, MaxPooling2D(3, strides=2)(x)], "mixed8")
    for number in range(2):
        x = _spread_kernels(x, f"mixed{9 + number}", f"mixed9_{number}")
    return x


InceptionV3 = architecture(
    "InceptionV3",
    _layers,
    "Inception V3.",
    "Szegedy et al., 2015, https://arxiv.org/abs/1512.00567",
    features=2048,
    module=__name__,
    name="inception_v3",
    size=299,
    smallest=75,
    pools=(None, None),
)
