"""Conv2D: convolution of images."""

from __future__ import annotations

from keras_layers.convolutional.base_conv import BaseConv


class Conv2D(BaseConv):
    """Convolution of images: ``activation(conv(inputs, kernel) + bias)``.

    Weights are the kernel ``(*kernel_size, channels / groups, filters)`` and the bias ``(filters,)``.

    Args:
        filters: number of output channels.
        kernel_size: size of the window: an integer or a pair (height, width).
        strides: step between neighbouring windows: an integer or a pair (height, width). Defaults to 1.
        padding: "valid" for no padding, "same" for zeros around the input so that ``ceil(size / strides)`` positions
            result. Defaults to "valid".
        data_format: "channels_last" or "channels_first"; by default `keras.config.image_data_format()`.
        dilation_rate: distance between neighbouring elements of the window: an integer or a pair (height, width); above
            1 only with strides of 1. Defaults to 1.
        groups: number of groups into which input and output channels are split; each is convolved separately. Defaults
            to 1.
        activation: activation applied to the result, a name or a function; None applies none. Defaults to None.
        use_bias: whether to add a bias. Defaults to True.
        kernel_initializer: initializer of the kernel, a name or an instance. Defaults to "glorot_uniform".
        bias_initializer: initializer of the bias, a name or an instance. Defaults to "zeros".
        kernel_regularizer: penalty on the kernel, added to the loss; None adds none. Defaults to None.
        bias_regularizer: penalty on the bias, added to the loss; None adds none. Defaults to None.
        activity_regularizer: penalty on the output, added to the loss; None adds none. Defaults to None.
        kernel_constraint: projection of the kernel after each update; None applies none. Defaults to None.
        bias_constraint: projection of the bias after each update; None applies none. Defaults to None.
        lora_rank: rank of a product of two matrices that is trained in place of the kernel, see `enable_lora`; None
            trains the kernel itself. Defaults to None.
        lora_alpha: the product is multiplied by ``lora_alpha / lora_rank``; None is `lora_rank`. Defaults to None.
        **kwargs: `name`, `dtype`, `trainable` and the other arguments of `Layer`.

    Input shape:
        ``(batch, height, width, channels)`` with `data_format` "channels_last", ``(batch, channels, height, width)``
        with "channels_first".

    Output shape:
        ``(batch, new_height, new_width, filters)`` with `data_format` "channels_last", ``(batch, filters, new_height,
        new_width)`` with "channels_first".
        Each spatial size is ``(size - dilation_rate * (kernel_size - 1) - 1) // strides + 1`` with "valid" padding and
        ``ceil(size / strides)`` with "same".

    Raises:
        ValueError: if an argument is out of range, both `strides` and `dilation_rate` exceed 1, or the number of
            channels is unknown, not a multiple of `groups`, or differs from that at building.

    Example:
        >>> import numpy as np
        >>> from keras_layers import Conv2D
        >>> tuple(Conv2D(4, 3)(np.zeros((2, 9, 9, 3), "float32")).shape)
        (2, 7, 7, 4)

    Reference: LeCun et al., 1998, https://doi.org/10.1109/5.726791
    """

    rank = 2


Convolution2D = Conv2D
AtrousConvolution2D = Conv2D
