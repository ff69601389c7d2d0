"""Conv3DTranspose: transposed convolution of volumes."""

from __future__ import annotations

from keras_layers.convolutional.base_conv_transpose import BaseConvTranspose


class Conv3DTranspose(BaseConvTranspose):
    """Spreads each place of volumes over a window by learned weights: the transpose of a convolution, for enlarging.

    Args:
        filters: number of output channels.
        kernel_size: size of the window, an int or three of them.
        strides: distance of the places in the output, an int or three of them.
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

    Inputs have shape ``(batch, dim1, dim2, dim3, channels)``, or channels second; outputs have
    ``filters`` channels.

    Raises:
        ValueError: for an argument out of range, or inputs whose channels are unknown or change.
    """

    rank = 3


Convolution3DTranspose = Conv3DTranspose
Deconvolution3D = Conv3DTranspose
