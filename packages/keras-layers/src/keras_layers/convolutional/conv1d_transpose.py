"""Conv1DTranspose: transposed convolution of sequences."""

from __future__ import annotations

from keras_layers.convolutional.base_conv_transpose import BaseConvTranspose


class Conv1DTranspose(BaseConvTranspose):
    """Spreads each place of sequences over a window by learned weights: the transpose of a convolution, for enlarging.

    Args:
        filters: number of output channels.
        kernel_size: size of the window, an int.
        strides: distance of the places in the output, an int.
        padding: "valid" for all that is reached, "same" for ``size * strides`` places.
        output_padding: places added at the end of each axis, fewer than the stride.
        data_format: "channels_last" or "channels_first"; the configured one by default.
        dilation_rate: distance of the window's elements; not together with strides.
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


Convolution1DTranspose = Conv1DTranspose
