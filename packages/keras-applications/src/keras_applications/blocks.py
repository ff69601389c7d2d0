"""What several architectures are made of."""

from __future__ import annotations

from typing import TYPE_CHECKING

from keras_core import config
from keras_layers import Activation, BatchNormalization

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
