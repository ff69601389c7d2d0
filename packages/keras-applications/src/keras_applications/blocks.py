"""What several architectures are made of."""

from __future__ import annotations

from typing import TYPE_CHECKING

from keras_core import config
from keras_layers import (
    Activation,
    BatchNormalization,
    Concatenate,
    Conv2D,
    GlobalAveragePooling2D,
    MaxPooling2D,
    Multiply,
    Reshape,
)

if TYPE_CHECKING:
    from keras_core import KerasTensor


def channel_axis() -> int:
    """The axis of the channels of a batch of pictures."""
    return 1 if config.image_data_format() == "channels_first" else -1


def channels_of(x: KerasTensor) -> int:
    """The number of channels of a batch of pictures."""
    channels = x.shape[channel_axis()]
    assert channels is not None
    return channels


def spatial_sizes(x: KerasTensor) -> tuple[int | None, int | None]:
    """Height and width of a batch of pictures."""
    sizes = x.shape[2:4] if config.image_data_format() == "channels_first" else x.shape[1:3]
    return sizes[0], sizes[1]


def halving_padding(x: KerasTensor, kernel_size: int) -> tuple[tuple[int, int], tuple[int, int]]:
    """The zeros around `x` with which a convolution of strides 2 halves it, as the published weights expect them.

    Where a size is even, or not known, there is one zero less before than after.
    """
    after = kernel_size // 2
    height, width = (after if size is not None and size % 2 else after - 1 for size in spatial_sizes(x))
    if None in spatial_sizes(x):
        height = width = after - 1
    return (height, after), (width, after)


def rounded_channels(channels: float) -> int:
    """The multiple of 8 next to a number of channels, but not more than a tenth below it, and at least 8."""
    rounded = max(8, int(channels + 4) // 8 * 8)
    return rounded + 8 if rounded < 0.9 * channels else rounded


def normalized(x: KerasTensor, name: str) -> KerasTensor:
    """Batch normalization with the epsilon of the published weights."""
    outputs: KerasTensor = BatchNormalization(axis=channel_axis(), epsilon=1.001e-5, name=f"{name}_bn")(x)
    return outputs


def activated(x: KerasTensor, name: str) -> KerasTensor:
    """Batch normalization and relu."""
    outputs: KerasTensor = Activation("relu", name=f"{name}_relu")(normalized(x, name))
    return outputs


def convolved(
    x: KerasTensor,
    filters: int,
    kernel_size: int | tuple[int, int],
    strides: int = 1,
    padding: str = "same",
    name: str | None = None,
) -> KerasTensor:
    """A convolution, batch normalization without a scale, and relu, as the Inception networks have them."""
    names = (None, None) if name is None else (f"{name}_bn", f"{name}_ac")
    x = Conv2D(filters, kernel_size, strides=strides, padding=padding, use_bias=False, name=name)(x)
    x = BatchNormalization(axis=channel_axis(), scale=False, name=names[0])(x)
    outputs: KerasTensor = Activation("relu", name=names[1])(x)
    return outputs


def inception_stem(x: KerasTensor) -> KerasTensor:
    """What both Inception networks begin with: convolutions down to 35x35 from 299x299."""
    x = convolved(x, 32, 3, strides=2, padding="valid")
    x = convolved(x, 32, 3, padding="valid")
    x = MaxPooling2D(3, strides=2)(convolved(x, 64, 3))
    x = convolved(x, 80, 1, padding="valid")
    outputs: KerasTensor = MaxPooling2D(3, strides=2)(convolved(x, 192, 3, padding="valid"))
    return outputs


def in_a_row(x: KerasTensor, *convolutions: tuple[int, int | tuple[int, int]]) -> KerasTensor:
    """Convolutions one after the other, each given by its channels and the size of its kernel."""
    for filters, kernel_size in convolutions:
        x = convolved(x, filters, kernel_size)
    return x


def beside_each_other(branches: list[KerasTensor], name: str | None = None) -> KerasTensor:
    """The channels of all branches."""
    outputs: KerasTensor = Concatenate(axis=channel_axis(), name=name)(branches)
    return outputs


# The initializers of the kernels of EfficientNets.
OF_CONVOLUTIONS = {
    "class_name": "VarianceScaling",
    "config": {"scale": 2.0, "mode": "fan_out", "distribution": "truncated_normal"},
}
OF_CLASSIFIERS = {
    "class_name": "VarianceScaling",
    "config": {"scale": 1 / 3, "mode": "fan_out", "distribution": "uniform"},
}


def channel_gate(x: KerasTensor, reduced: int, name: str) -> KerasTensor:
    """Squeeze and excitation: each channel is multiplied by a number from 0 to 1 that follows from all their means.

    Args:
        x: the features.
        reduced: number of channels between the two convolutions.
        name: what the names of its layers begin with.
    """
    channels = channels_of(x)
    shape = (channels, 1, 1) if channel_axis() == 1 else (1, 1, channels)
    gate = Reshape(shape, name=f"{name}se_reshape")(GlobalAveragePooling2D(name=f"{name}se_squeeze")(x))
    for filters, activation, place in ((reduced, "swish", "reduce"), (channels, "sigmoid", "expand")):
        gate = Conv2D(
            filters,
            1,
            padding="same",
            activation=activation,
            kernel_initializer=OF_CONVOLUTIONS,
            name=f"{name}se_{place}",
        )(gate)
    outputs: KerasTensor = Multiply(name=f"{name}se_excite")([x, gate])
    return outputs
