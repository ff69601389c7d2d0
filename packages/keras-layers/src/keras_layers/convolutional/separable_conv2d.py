"""SeparableConv2D: convolution of images split into space and channels."""

from __future__ import annotations

from keras_layers.convolutional.base_separable_conv import BaseSeparableConv


class SeparableConv2D(BaseSeparableConv):
    """Convolves each channel of images by itself, then mixes channels at each place by a learned matrix.

    Args:
        filters: number of output channels.
        kernel_size: size of the window, an int or a pair.
        strides: distance of the windows, an int or a pair.
        padding: "valid" for windows inside the input, "same" for ``ceil(size / strides)`` outputs.
        data_format: "channels_last" or "channels_first"; the configured one by default.
        dilation_rate: distance of the window's elements; not together with strides.
        depth_multiplier: channels made of each input channel before mixing.
        activation: name or function; None is linear.
        use_bias: whether there is a bias.
        depthwise_initializer, pointwise_initializer, bias_initializer: initial values of the weights.
        depthwise_regularizer, pointwise_regularizer, bias_regularizer: penalties on the weights.
        depthwise_constraint, pointwise_constraint, bias_constraint: projections of the weights after each update.
        activity_regularizer: penalty on the output.

    Inputs have shape ``(batch, rows, columns, channels)``, or channels second; outputs have
    ``filters`` channels.

    Raises:
        ValueError: for an argument out of range, or inputs whose channels are unknown or change.
    """

    rank = 2


SeparableConvolution2D = SeparableConv2D
