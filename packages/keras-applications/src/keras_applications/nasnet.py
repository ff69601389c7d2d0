"""NASNet: cells that were found by search, each of which takes what the two cells before it gave."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from keras_layers import (
    Activation,
    Add,
    AveragePooling2D,
    BatchNormalization,
    Conv2D,
    Cropping2D,
    GlobalAveragePooling2D,
    MaxPooling2D,
    SeparableConv2D,
    ZeroPadding2D,
)

from keras_applications.architecture import documented
from keras_applications.blocks import beside_each_other, channel_axis, channels_of, halving_padding, spatial_sizes
from keras_applications.frame import Frame
from keras_applications.imagenet_utils import preprocessing_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from keras_core import KerasTensor, Model
    from keras_core.typing import PathLike

__all__ = ["NASNetLarge", "NASNetMobile", "preprocess_input"]

preprocess_input = preprocessing_of(__name__)

_REFERENCE = "Zoph et al., 2017, https://arxiv.org/abs/1707.07012"


def _normalized(x: KerasTensor, name: str) -> KerasTensor:
    outputs: KerasTensor = BatchNormalization(axis=channel_axis(), momentum=0.9997, epsilon=1e-3, name=name)(x)
    return outputs


def _pointwise(x: KerasTensor, filters: int, name: str) -> KerasTensor:
    layer = Conv2D(filters, 1, padding="same", use_bias=False, kernel_initializer="he_normal", name=name)
    outputs: KerasTensor = layer(x)
    return outputs


def _separable(x: KerasTensor, filters: int, size: int, name: str, strides: int = 1) -> KerasTensor:
    """Two separable convolutions, each of activated features and normalized; the first may halve the size."""
    for number in (1, 2):
        x, padding = Activation("relu")(x), "same"
        if strides > 1:
            x, padding = ZeroPadding2D(halving_padding(x, size), name=f"separable_conv_1_pad_{name}")(x), "valid"
        layer_name = f"separable_conv_{number}_{name}"
        x = SeparableConv2D(filters, size, strides=strides, padding=padding, use_bias=False, name=layer_name)(x)
        x = _normalized(x, f"separable_conv_{number}_bn_{name}")
        strides = 1
    return x


def _fitted(previous: KerasTensor | None, x: KerasTensor, filters: int, name: str) -> KerasTensor:
    """What the cell before the last gave, with the size of `x` and `filters` channels."""
    if previous is None:
        return x
    if spatial_sizes(previous) != spatial_sizes(x):
        previous = Activation("relu", name=f"adjust_relu_1_{name}")(previous)
        shifted = Cropping2D(((1, 0), (1, 0)))(ZeroPadding2D(((0, 1), (0, 1)))(previous))
        halves = []
        for number, one in enumerate((previous, shifted), 1):
            one = AveragePooling2D(1, strides=2, name=f"adjust_avg_pool_{number}_{name}")(one)
            halves.append(_pointwise(one, filters // 2, f"adjust_conv_{number}_{name}"))
        return _normalized(beside_each_other(halves), f"adjust_bn_{name}")
    if channels_of(previous) == filters:
        return previous
    previous = _pointwise(Activation("relu")(previous), filters, f"adjust_conv_projection_{name}")
    return _normalized(previous, f"adjust_bn_{name}")


def _squeezed(x: KerasTensor, filters: int, kind: str, name: str) -> KerasTensor:
    return _normalized(_pointwise(Activation("relu")(x), filters, f"{kind}_conv_1_{name}"), f"{kind}_bn_1_{name}")


def _normal_cell(x: KerasTensor, previous: KerasTensor | None, filters: int, name: str) -> KerasTensor:
    """Figure 4 of the paper, left."""
    p = _fitted(previous, x, filters, name)
    h = _squeezed(x, filters, "normal", name)

    def separable(x: KerasTensor, size: int, place: str) -> KerasTensor:
        return _separable(x, filters, size, f"normal_{place}_{name}")

    def average(x: KerasTensor, place: str) -> KerasTensor:
        pooled: KerasTensor = AveragePooling2D(3, strides=1, padding="same", name=f"normal_{place}_{name}")(x)
        return pooled

    pairs = [
        (separable(h, 5, "left1"), separable(p, 3, "right1")),
        (separable(p, 5, "left2"), separable(p, 3, "right2")),
        (average(h, "left3"), p),
        (average(p, "left4"), average(p, "right4")),
        (separable(h, 3, "left5"), h),
    ]
    sums = [Add(name=f"normal_add_{number}_{name}")(pair) for number, pair in enumerate(map(list, pairs), 1)]
    return beside_each_other([p, *sums], f"normal_concat_{name}")


def _reduction_cell(x: KerasTensor, previous: KerasTensor | None, filters: int, name: str) -> KerasTensor:
    """Figure 4 of the paper, right: it halves the size."""
    p = _fitted(previous, x, filters, name)
    h = _squeezed(x, filters, "reduction", name)
    around = ZeroPadding2D(halving_padding(h, 3), name=f"reduction_pad_1_{name}")(h)

    def halved(x: KerasTensor, size: int, place: str) -> KerasTensor:
        return _separable(x, filters, size, f"reduction_{place}_{name}", strides=2)

    one = Add(name=f"reduction_add_1_{name}")([halved(h, 5, "left1"), halved(p, 7, "right1")])
    largest = MaxPooling2D(3, strides=2, name=f"reduction_left2_{name}")(around)
    two = Add(name=f"reduction_add_2_{name}")([largest, halved(p, 7, "right2")])
    mean = AveragePooling2D(3, strides=2, name=f"reduction_left3_{name}")(around)
    three = Add(name=f"reduction_add3_{name}")([mean, halved(p, 5, "right3")])
    four = Add()([two, AveragePooling2D(3, strides=1, padding="same", name=f"reduction_left4_{name}")(one)])
    separated = _separable(one, filters, 3, f"reduction_left4_{name}")
    largest = MaxPooling2D(3, strides=2, name=f"reduction_right5_{name}")(around)
    five = Add(name=f"reduction_add4_{name}")([separated, largest])
    return beside_each_other([two, three, four, five], f"reduction_concat_{name}")


def _cells(x: KerasTensor, filters: int, repeats: int, stem: int, skips: bool) -> KerasTensor:
    """Three rows of normal cells, with a reduction cell before each but the first, which has two.

    With `skips`, a row begins with what the cell before the last of the row before gave, not the last one.
    """
    x = Conv2D(stem, 3, strides=2, use_bias=False, kernel_initializer="he_normal", name="stem_conv1")(x)
    x, previous = _normalized(x, "stem_bn1"), None
    for number, share in ((1, 4), (2, 2)):
        x, previous = _reduction_cell(x, previous, filters // share, f"stem_{number}"), x
    for row in range(3):
        first = row * repeats
        if row:
            before = x
            x = _reduction_cell(x, previous, filters * 2**row, f"reduce_{first}")
            previous = previous if skips else before
            first += 1
        for number in range(first, first + repeats):
            x, previous = _normal_cell(x, previous, filters * 2**row, str(number)), x
    outputs: KerasTensor = Activation("relu")(x)
    return outputs


@documented(_REFERENCE, 1056)
def NASNetMobile(
    input_shape: Sequence[int | None] | None = None,
    include_top: bool = True,
    weights: PathLike | None = "imagenet",
    input_tensor: KerasTensor | None = None,
    pooling: str | None = None,
    classes: int = 1000,
    classifier_activation: str | Callable[..., Any] | None = "softmax",
    name: str | None = "nasnet_mobile",
    **modules: Any,
) -> Model:
    """NASNet-A, 4 @ 1056, for small devices. The size of pictures must be known."""
    arguments = (include_top, weights, input_tensor, input_shape, pooling, classes, classifier_activation, name)
    frame = Frame("NASNetMobile", *arguments, modules, known_size=True)
    return _finished(frame, _cells(frame.image, 44, repeats=4, stem=32, skips=False))


@documented(_REFERENCE, 4032, size=331)
def NASNetLarge(
    input_shape: Sequence[int | None] | None = None,
    include_top: bool = True,
    weights: PathLike | None = "imagenet",
    input_tensor: KerasTensor | None = None,
    pooling: str | None = None,
    classes: int = 1000,
    classifier_activation: str | Callable[..., Any] | None = "softmax",
    name: str | None = "nasnet_large",
    **modules: Any,
) -> Model:
    """NASNet-A, 6 @ 4032. The size of pictures must be known."""
    arguments = (include_top, weights, input_tensor, input_shape, pooling, classes, classifier_activation, name)
    frame = Frame("NASNetLarge", *arguments, modules, size=331, known_size=True)
    return _finished(frame, _cells(frame.image, 168, repeats=6, stem=96, skips=True))


def _finished(frame: Frame, x: KerasTensor) -> Model:
    return frame.model(frame.predictions(GlobalAveragePooling2D()(x)) if frame.include_top else frame.pooled(x))
