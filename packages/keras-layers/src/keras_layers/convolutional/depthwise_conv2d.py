"""DepthwiseConv2D: convolution of images, channel by channel."""

from __future__ import annotations

from keras_layers.convolutional.base_depthwise_conv import BaseDepthwiseConv


class DepthwiseConv2D(BaseDepthwiseConv):
    """Slides `depth_multiplier` learned windows over each channel of images by itself.

    Args:
        kernel_size: size of the window, an int or a pair.
        strides: distance of the windows, an int or a pair.
        padding: "valid" for windows inside the input, "same" for ``ceil(size / strides)`` outputs.
        depth_multiplier: output channels per input channel.
        data_format: "channels_last" or "channels_first"; the configured one by default.
        dilation_rate: distance of the window's elements; not together with strides.
        activation: name or function; None is linear.
        use_bias: whether there is a bias.
        depthwise_initializer, bias_initializer: initial values of the weights.
        depthwise_regularizer, bias_regularizer: penalties on the weights.
        depthwise_constraint, bias_constraint: projections of the weights after each update.
        activity_regularizer: penalty on the output.

    Inputs have shape ``(batch, rows, columns, channels)``, or channels second; outputs have
    ``channels * depth_multiplier`` channels.

    Raises:
        ValueError: for an argument out of range, or inputs whose channels are unknown or change.
    """

    rank = 2


DepthwiseConvolution2D = DepthwiseConv2D
