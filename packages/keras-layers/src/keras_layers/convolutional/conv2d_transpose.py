"""Conv2DTranspose: transposed convolution of images."""

from __future__ import annotations

from keras_layers.convolutional.base_conv_transpose import BaseConvTranspose


class Conv2DTranspose(BaseConvTranspose):
    """Spreads each place of images over a window by learned weights: the transpose of a convolution, for enlarging.

    Args:
        filters: number of output channels.
        kernel_size: size of the window, an int or a pair.
        strides: distance of the places in the output, an int or a pair.
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

    Inputs have shape ``(batch, rows, columns, channels)``, or channels second; outputs have
    ``filters`` channels.

    Raises:
        ValueError: for an argument out of range, or inputs whose channels are unknown or change.
    """

    rank = 2


Convolution2DTranspose = Conv2DTranspose
Deconvolution2D = Conv2DTranspose
