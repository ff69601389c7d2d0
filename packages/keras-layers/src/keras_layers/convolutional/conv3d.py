"""Conv3D: convolution of volumes."""

from __future__ import annotations

from keras_layers.convolutional.base_conv import BaseConv


class Conv3D(BaseConv):
    """Slides `filters` learned windows over volumes and adds a bias and an activation.

    Args:
        filters: number of output channels.
        kernel_size: size of the window, an int or three of them.
        strides: distance of the windows, an int or three of them.
        padding: "valid" for windows inside the input, "same" for ``ceil(size / strides)`` outputs.
        data_format: "channels_last" or "channels_first"; the configured one by default.
        dilation_rate: distance of the window's elements; not together with strides.
        groups: number of blocks of channels, each with filters of its own.
        activation: name or function; None is linear.
        use_bias: whether there is a bias.
        kernel_initializer, bias_initializer: initial values of the weights.
        kernel_regularizer, bias_regularizer: penalties on the weights.
        kernel_constraint, bias_constraint: projections of the weights after each update.
        activity_regularizer: penalty on the output.

    Inputs have shape ``(batch, dim1, dim2, dim3, channels)``, or channels second; outputs have
    ``filters`` channels.

    Raises:
        ValueError: for an argument out of range, or inputs whose channels are unknown or change.
    """

    rank = 3


Convolution3D = Conv3D
