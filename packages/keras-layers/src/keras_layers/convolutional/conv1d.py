"""Conv1D: convolution of sequences."""

from __future__ import annotations

from keras_layers.convolutional.base_conv import BaseConv


class Conv1D(BaseConv):
    """Slides `filters` learned windows over sequences and adds a bias and an activation.

    Args:
        filters: number of output channels.
        kernel_size: size of the window, an int.
        strides: distance of the windows, an int.
        padding: "valid" for windows inside the input, "same" for ``ceil(size / strides)`` outputs,
            "causal" for outputs that depend on no later step.
        data_format: "channels_last" or "channels_first"; the configured one by default.
        dilation_rate: distance of the window's elements; not together with strides.
        groups: number of blocks of channels, each with filters of its own.
        activation: name or function; None is linear.
        use_bias: whether there is a bias.
        kernel_initializer, bias_initializer: initial values of the weights.
        kernel_regularizer, bias_regularizer: penalties on the weights.
        kernel_constraint, bias_constraint: projections of the weights after each update.
        activity_regularizer: penalty on the output.

    Inputs have shape ``(batch, time, channels)``, or channels second; outputs have
    ``filters`` channels.

    Raises:
        ValueError: for an argument out of range, or inputs whose channels are unknown or change.
    """

    rank = 1
    paddings = ("valid", "same", "causal")


Convolution1D = Conv1D
