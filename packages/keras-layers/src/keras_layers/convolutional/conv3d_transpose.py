"""Conv3DTranspose: transposed convolution of volumes."""

from __future__ import annotations

from keras_layers.convolutional.base_conv_transpose import BaseConvTranspose


class Conv3DTranspose(BaseConvTranspose):
    """Transposed convolution of volumes, which enlarges: ``activation(conv_transpose(inputs, kernel) + bias)``.

    It is the gradient of a convolution with respect to its input. Weights are the kernel ``(*kernel_size, filters,
    channels)`` and the bias ``(filters,)``.

    Args:
        filters: number of output channels.
        kernel_size: size of the window: an integer or three of them (depth, height, width).
        strides: step between the windows that neighbouring inputs add to: an integer or three of them (depth, height,
            width). Defaults to 1.
        padding: "valid" keeps every position that a window reaches, "same" gives ``size * strides`` positions. Defaults
            to "valid".
        output_padding: positions added at the end of each spatial axis, less than `strides`: an integer or three of
            them (depth, height, width). None takes the length that `padding` says. Defaults to None.
        data_format: "channels_last" or "channels_first"; by default `keras.config.image_data_format()`.
        dilation_rate: distance between neighbouring elements of the window: an integer or three of them (depth, height,
            width); above 1 only with strides of 1. Defaults to 1.
        activation: activation applied to the result, a name or a function; None applies none. Defaults to None.
        use_bias: whether to add a bias. Defaults to True.
        kernel_initializer: initializer of the kernel, a name or an instance. Defaults to "glorot_uniform".
        bias_initializer: initializer of the bias, a name or an instance. Defaults to "zeros".
        kernel_regularizer: penalty on the kernel, added to the loss; None adds none. Defaults to None.
        bias_regularizer: penalty on the bias, added to the loss; None adds none. Defaults to None.
        activity_regularizer: penalty on the output, added to the loss; None adds none. Defaults to None.
        kernel_constraint: projection of the kernel after each update; None applies none. Defaults to None.
        bias_constraint: projection of the bias after each update; None applies none. Defaults to None.
        **kwargs: `name`, `dtype`, `trainable` and the other arguments of `Layer`.

    Input shape:
        ``(batch, depth, height, width, channels)`` with `data_format` "channels_last", ``(batch, channels, depth,
        height, width)`` with "channels_first".

    Output shape:
        ``(batch, new_depth, new_height, new_width, filters)`` with `data_format` "channels_last", ``(batch, filters,
        new_depth, new_height, new_width)`` with "channels_first".
        With ``span = dilation_rate * (kernel_size - 1) + 1`` each spatial size is ``size * strides + max(span -
        strides, 0)`` with "valid" padding and ``size * strides`` with "same"; with `output_padding` it is ``(size - 1)
        * strides + span + output_padding``, less ``2 * (span // 2)`` with "same".

    Raises:
        ValueError: if an argument is out of range, both `strides` and `dilation_rate` exceed 1, `output_padding` is not
            below `strides`, or the number of channels is unknown or differs from that at building.

    Example:
        >>> import numpy as np
        >>> from keras_layers import Conv3DTranspose
        >>> tuple(Conv3DTranspose(4, 3, strides=2)(np.zeros((2, 7, 7, 7, 3), "float32")).shape)
        (2, 15, 15, 15, 4)

    Reference: Zeiler et al., 2010, https://doi.org/10.1109/CVPR.2010.5539957
    """

    rank = 3


Convolution3DTranspose = Conv3DTranspose
Deconvolution3D = Conv3DTranspose
