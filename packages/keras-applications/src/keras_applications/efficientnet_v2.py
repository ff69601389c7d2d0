"""EfficientNet V2: EfficientNet's blocks, the early ones with one whole convolution in place of two parts."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from keras_core import ops
from keras_layers import Activation, Add, BatchNormalization, Conv2D, DepthwiseConv2D, Dropout, GlobalAveragePooling2D

from keras_applications.architecture import documented
from keras_applications.blocks import OF_CLASSIFIERS, OF_CONVOLUTIONS, channel_axis, channel_gate, channels_of
from keras_applications.frame import Frame
from keras_applications.imagenet_utils import prepared_inside, preprocessing_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from keras_core import KerasTensor, Model
    from keras_core.typing import PathLike

    Stage = tuple[bool, int, int, int, int, int]

__all__ = [
    "EfficientNetV2B0",
    "EfficientNetV2B1",
    "EfficientNetV2B2",
    "EfficientNetV2B3",
    "EfficientNetV2L",
    "EfficientNetV2M",
    "EfficientNetV2S",
    "preprocess_input",
]

preprocess_input = preprocessing_of(__name__)

# Table 4 of the paper, and its searched variants: whether convolutions are whole, repeats, channels before and after,
# factor of the channels inside, strides.
_B: tuple[Stage, ...] = (
    (True, 1, 32, 16, 1, 1),
    (True, 2, 16, 32, 4, 2),
    (True, 2, 32, 48, 4, 2),
    (False, 3, 48, 96, 4, 2),
    (False, 5, 96, 112, 6, 1),
    (False, 8, 112, 192, 6, 2),
)
_S: tuple[Stage, ...] = (
    (True, 2, 24, 24, 1, 1),
    (True, 4, 24, 48, 4, 2),
    (True, 4, 48, 64, 4, 2),
    (False, 6, 64, 128, 4, 2),
    (False, 9, 128, 160, 6, 1),
    (False, 15, 160, 256, 6, 2),
)
_M: tuple[Stage, ...] = (
    (True, 3, 24, 24, 1, 1),
    (True, 5, 24, 48, 4, 2),
    (True, 5, 48, 80, 4, 2),
    (False, 7, 80, 160, 4, 2),
    (False, 14, 160, 176, 6, 1),
    (False, 18, 176, 304, 6, 2),
    (False, 5, 304, 512, 6, 1),
)
_L: tuple[Stage, ...] = (
    (True, 4, 32, 32, 1, 1),
    (True, 7, 32, 64, 4, 2),
    (True, 7, 64, 96, 4, 2),
    (False, 10, 96, 192, 4, 2),
    (False, 19, 192, 224, 6, 1),
    (False, 25, 224, 384, 6, 2),
    (False, 7, 384, 640, 6, 1),
)
_DROPPED = 0.2


def _conv(x: KerasTensor, filters: int, size: int, name: str, strides: int = 1) -> KerasTensor:
    layer = Conv2D(
        filters,
        size,
        strides=strides,
        padding="same",
        use_bias=False,
        kernel_initializer=OF_CONVOLUTIONS,
        name=f"{name}_conv",
    )
    outputs: KerasTensor = BatchNormalization(axis=channel_axis(), momentum=0.9, name=f"{name}_bn")(layer(x))
    return outputs


def _swish(x: KerasTensor, name: str) -> KerasTensor:
    outputs: KerasTensor = Activation("swish", name=f"{name}activation")(x)
    return outputs


def _block(
    x: KerasTensor, whole: bool, filters: int, expansion: int, strides: int, dropped: float, name: str
) -> KerasTensor:
    """Widens, convolves and narrows; added to what came in where shapes allow."""
    inputs, channels = x, channels_of(x)
    if whole:
        if expansion > 1:
            x = _swish(_conv(x, channels * expansion, 3, f"{name}expand", strides), f"{name}expand_")
            x = _conv(x, filters, 1, f"{name}project")
        else:
            x = _swish(_conv(x, filters, 3, f"{name}project", strides), f"{name}project_")
    else:
        x = _swish(_conv(x, channels * expansion, 1, f"{name}expand"), f"{name}expand_")
        x = DepthwiseConv2D(
            3,
            strides=strides,
            padding="same",
            use_bias=False,
            depthwise_initializer=OF_CONVOLUTIONS,
            name=f"{name}dwconv2",
        )(x)
        x = _swish(BatchNormalization(axis=channel_axis(), momentum=0.9, name=f"{name}bn")(x), name)
        x = channel_gate(x, max(1, channels // 4), name)
        x = _conv(x, filters, 1, f"{name}project")
    if strides == 1 and channels == filters:
        if dropped:
            x = Dropout(dropped, noise_shape=(None, 1, 1, 1), name=f"{name}drop")(x)
        x = Add(name=f"{name}add")([x, inputs])
    return x


def _layers(x: KerasTensor, stages: Sequence[Stage], width: float, depth: float) -> KerasTensor:
    def scaled(channels: int) -> int:
        return max(8, int(channels * width + 4) // 8 * 8)

    x = _swish(_conv(x, scaled(stages[0][2]), 3, "stem", strides=2), "stem_")
    total, number = sum(stage[1] for stage in stages), 0
    for place, (whole, repeats, _, filters, expansion, strides) in enumerate(stages, 1):
        for repeat in range(math.ceil(depth * repeats)):
            name = f"block{place}{chr(ord('a') + repeat)}_"
            dropped = _DROPPED * number / total
            x = _block(x, whole, scaled(filters), expansion, 1 if repeat else strides, dropped, name)
            number += 1
    return _swish(_conv(x, scaled(1280), 1, "top"), "top_")


def _variant(
    label: str,
    summary: str,
    stages: Sequence[Stage],
    size: int,
    features: int = 1280,
    scales: tuple[float, float] = (1, 1),
) -> Callable[..., Model]:
    """A constructor; `scales` are the factors of the numbers of channels and of blocks."""
    model_name = f"efficientnetv2-{label.removeprefix('EfficientNetV2').lower()}"

    def construct(
        include_top: bool = True,
        weights: PathLike | None = "imagenet",
        input_tensor: KerasTensor | None = None,
        input_shape: Sequence[int | None] | None = None,
        pooling: str | None = None,
        classes: int = 1000,
        classifier_activation: str | Callable[..., Any] | None = "softmax",
        include_preprocessing: bool = True,
        name: str | None = model_name,
        **modules: Any,
    ) -> Model:
        arguments = (include_top, weights, input_tensor, input_shape, pooling, classes, classifier_activation, name)
        frame = Frame(label, *arguments, modules, size=size)
        x = frame.image
        if include_preprocessing and stages is _B and channels_of(x) == 3:
            x = prepared_inside(x, __name__)
        elif include_preprocessing:
            x = ops.subtract(ops.divide(x, 128.0), 1.0)
        x = _layers(x, stages, *scales)
        if not include_top:
            return frame.model(frame.pooled(x, ("avg_pool", "max_pool")))
        x = Dropout(0.2, name="top_dropout")(GlobalAveragePooling2D(name="avg_pool")(x))
        return frame.model(frame.predictions(x, kernel_initializer=OF_CLASSIFIERS))

    construct.__name__ = construct.__qualname__ = label
    construct.__doc__ = summary
    return documented("Tan and Le, 2021, https://arxiv.org/abs/2104.00298", features, _ARGUMENTS, size=size)(construct)


_ARGUMENTS = {
    "include_preprocessing": "whether the model takes pixels from 0 to 255; else from -1 to 1, or B0 to B3 pixels "
    "without mean and of deviation 1. Defaults to True.",
}
EfficientNetV2B0 = _variant("EfficientNetV2B0", "EfficientNet V2, B0.", _B, 224)
EfficientNetV2B1 = _variant("EfficientNetV2B1", "EfficientNet V2, B1.", _B, 240, scales=(1.0, 1.1))
EfficientNetV2B2 = _variant("EfficientNetV2B2", "EfficientNet V2, B2.", _B, 260, 1408, (1.1, 1.2))
EfficientNetV2B3 = _variant("EfficientNetV2B3", "EfficientNet V2, B3.", _B, 300, 1536, (1.2, 1.4))
EfficientNetV2S = _variant("EfficientNetV2S", "EfficientNet V2, small.", _S, 384)
EfficientNetV2M = _variant("EfficientNetV2M", "EfficientNet V2, medium.", _M, 480)
EfficientNetV2L = _variant("EfficientNetV2L", "EfficientNet V2, large.", _L, 480)
