"""ConvNeXt: a convolutional network with the proportions of vision transformers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from keras_core import Layer, Sequential, ops
from keras_layers import (
    Activation,
    Add,
    Conv2D,
    Dense,
    GlobalAveragePooling2D,
    LayerNormalization,
    Permute,
)

from keras_applications.architecture import documented
from keras_applications.blocks import channel_axis, channels_of
from keras_applications.frame import Frame
from keras_applications.imagenet_utils import prepared_inside, preprocessing_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from keras_core import KerasTensor, Model
    from keras_core.typing import PathLike, Shape, Tensor

__all__ = ["ConvNeXtBase", "ConvNeXtLarge", "ConvNeXtSmall", "ConvNeXtTiny", "ConvNeXtXLarge", "preprocess_input"]

preprocess_input = preprocessing_of(__name__)

_EPSILON = 1e-6
_ARGUMENTS = {
    "include_preprocessing": "whether the model takes pixels from 0 to 255; else without ImageNet's mean and of its "
    "deviation. Only pictures of 3 channels are prepared. Defaults to True.",
}


class LayerScale(Layer):
    """Multiplies each channel by a weight of its own, which begins small.

    Args:
        init_values: what the weights begin with.
        projection_dim: number of channels, on the last axis.
        **kwargs: `name`, `dtype` and the other arguments of `Layer`.

    Example:
        >>> import numpy as np
        >>> from keras_applications.convnext import LayerScale
        >>> np.asarray(LayerScale(0.5, 2)(np.array([[1.0, 4.0]], "float32"))).tolist()
        [[0.5, 2.0]]

    Reference: Touvron et al., 2021, https://arxiv.org/abs/2103.17239
    """

    def __init__(self, init_values: float, projection_dim: int, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.init_values = init_values
        self.projection_dim = projection_dim

    def build(self, input_shape: Shape) -> None:
        initial = {"class_name": "Constant", "config": {"value": self.init_values}}
        self.gamma = self.add_weight(shape=(self.projection_dim,), initializer=initial, name="gamma")

    def call(self, inputs: Tensor) -> Tensor:
        return ops.multiply(inputs, self.gamma)

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "init_values": self.init_values, "projection_dim": self.projection_dim}


def _block(x: KerasTensor, channels: int, name: str) -> KerasTensor:
    """A convolution of each channel, then two dense layers over channels, which are the last axis between."""
    first = channel_axis() == 1
    h = Conv2D(channels, 7, padding="same", groups=channels, name=f"{name}_depthwise_conv")(x)
    if first:
        h = Permute((2, 3, 1))(h)
    h = LayerNormalization(epsilon=_EPSILON, name=f"{name}_layernorm")(h)
    h = Dense(4 * channels, name=f"{name}_pointwise_conv_1")(h)
    h = Activation("gelu", name=f"{name}_gelu")(h)
    h = Dense(channels, name=f"{name}_pointwise_conv_2")(h)
    h = LayerScale(1e-6, channels, name=f"{name}_layer_scale")(h)
    if first:
        h = Permute((3, 1, 2))(h)
    outputs: KerasTensor = Add()([x, Activation("linear", name=f"{name}_identity")(h)])
    return outputs


def _normalization(name: str) -> LayerNormalization:
    return LayerNormalization(axis=channel_axis(), epsilon=_EPSILON, name=name)


def _layers(x: KerasTensor, repeats: Sequence[int], channels: Sequence[int], name: str) -> KerasTensor:
    stem = [Conv2D(channels[0], 4, strides=4, name=f"{name}_stem_conv"), _normalization(f"{name}_stem_layernorm")]
    x = Sequential(stem, name=f"{name}_stem")(x)
    for stage, (count, width) in enumerate(zip(repeats, channels, strict=True)):
        if stage:
            number = stage - 1
            halving = [
                _normalization(f"{name}_downsampling_layernorm_{number}"),
                Conv2D(width, 2, strides=2, name=f"{name}_downsampling_conv_{number}"),
            ]
            x = Sequential(halving, name=f"{name}_downsampling_block_{number}")(x)
        for number in range(count):
            x = _block(x, width, f"{name}_stage_{stage}_block_{number}")
    return x


def _variant(label: str, summary: str, repeats: Sequence[int], channels: Sequence[int]) -> Callable[..., Model]:
    """A constructor; `repeats` and `channels` are those of the four stages."""
    model_name = f"convnext_{label.removeprefix('ConvNeXt').lower()}"

    def construct(
        include_top: bool = True,
        include_preprocessing: bool = True,
        weights: PathLike | None = "imagenet",
        input_tensor: KerasTensor | None = None,
        input_shape: Sequence[int | None] | None = None,
        pooling: str | None = None,
        classes: int = 1000,
        classifier_activation: str | Callable[..., Any] | None = "softmax",
        name: str | None = model_name,
        **modules: Any,
    ) -> Model:
        name = name or model_name
        arguments = (include_top, weights, input_tensor, input_shape, pooling, classes, classifier_activation, name)
        frame = Frame(label, *arguments, modules)
        x = frame.image
        if include_preprocessing and channels_of(x) == 3:
            x = prepared_inside(x, __name__)
        x = _layers(x, repeats, channels, name)
        if include_top:
            x = GlobalAveragePooling2D(name=f"{name}_head_gap")(x)
            x = LayerNormalization(epsilon=_EPSILON, name=f"{name}_head_layernorm")(x)
            return frame.model(frame.predictions(x, f"{name}_head_dense"))
        axis = -1 if pooling else channel_axis()
        return frame.model(LayerNormalization(axis=axis, epsilon=_EPSILON)(frame.pooled(x)))

    construct.__name__ = construct.__qualname__ = label
    construct.__doc__ = summary
    return documented("Liu et al., 2022, https://arxiv.org/abs/2201.03545", channels[-1], _ARGUMENTS)(construct)


ConvNeXtTiny = _variant("ConvNeXtTiny", "ConvNeXt, tiny.", (3, 3, 9, 3), (96, 192, 384, 768))
ConvNeXtSmall = _variant("ConvNeXtSmall", "ConvNeXt, small.", (3, 3, 27, 3), (96, 192, 384, 768))
ConvNeXtBase = _variant("ConvNeXtBase", "ConvNeXt, base.", (3, 3, 27, 3), (128, 256, 512, 1024))
ConvNeXtLarge = _variant("ConvNeXtLarge", "ConvNeXt, large.", (3, 3, 27, 3), (192, 384, 768, 1536))
ConvNeXtXLarge = _variant("ConvNeXtXLarge", "ConvNeXt, extra large.", (3, 3, 27, 3), (256, 512, 1024, 2048))
