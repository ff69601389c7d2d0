"""SeparableConv1D: convolution of sequences split into space and channels."""

from __future__ import annotations

from keras_layers.convolutional.base_separable_conv import BaseSeparableConv


class SeparableConv1D(BaseSeparableConv):
    """Convolves each channel of sequences by itself, then mixes channels at each place by a learned matrix.

    Args:
        filters: number of output channels.
        kernel_size: size of the window, an int.
        strides: distance of the windows, an int.
        padding: "valid" for windows inside the input, "same" for ``ceil(size / strides)`` outputs,
            "causal" for outputs that depend on no later step.
        data_format: "channels_last" or "channels_first"; the configured one by default.
        dilation_rate: distance of the window's elements; not together with strides.
        depth_multiplier: channels made of each input channel before mixing.
        activation: name or function; None is linear.
        use_bias: whether there is a bias.
        depthwise_initializer, pointwise_initializer, bias_initializer: initial values of the weights.
        depthwise_regularizer, pointwise_regularizer, bias_regularizer: penalties on the weights.
        depthwise_constraint, pointwise_constraint, bias_constraint: projections of the weights after each update.
        activity_regularizer: penalty on the output.

    Inputs have shape ``(batch, time, channels)``, or channels second; outputs have
    ``filters`` channels.

    Raises:
        ValueError: for an argument out of range, or inputs whose channels are unknown or change.
    """

    rank = 1
    paddings = ("valid", "same", "causal")


SeparableConvolution1D = SeparableConv1D
