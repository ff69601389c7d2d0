"""DepthwiseConv1D: depthwise convolution of sequences."""

from __future__ import annotations

from keras_layers.convolutional.base_depthwise_conv import BaseDepthwiseConv


class DepthwiseConv1D(BaseDepthwiseConv):
    """Depthwise convolution of sequences: each channel is convolved separately.

    Weights are the kernel ``(*kernel_size, channels, depth_multiplier)`` and the bias ``(channels *
    depth_multiplier,)``.

    Args:
        kernel_size: size of the window: an integer or a tuple of one.
        strides: step between neighbouring windows: an integer or a tuple of one. Defaults to 1.
        padding: "valid" for no padding, "same" for zeros around the input so that ``ceil(size / strides)`` positions
            result, "causal" for zeros before the input so that no output depends on later steps. Defaults to "valid".
        depth_multiplier: number of output channels for each input channel. Defaults to 1.
        data_format: "channels_last" or "channels_first"; by default `keras.config.image_data_format()`.
        dilation_rate: distance between neighbouring elements of the window: an integer or a tuple of one; above 1 only
            with strides of 1. Defaults to 1.
        activation: activation applied to the result, a name or a function; None applies none. Defaults to None.
        use_bias: whether to add a bias. Defaults to True.
        depthwise_initializer: initializer of the depthwise kernel, a name or an instance. Defaults to "glorot_uniform".
        bias_initializer: initializer of the bias, a name or an instance. Defaults to "zeros".
        depthwise_regularizer: penalty on the depthwise kernel, added to the loss; None adds none. Defaults to None.
        bias_regularizer: penalty on the bias, added to the loss; None adds none. Defaults to None.
        activity_regularizer: penalty on the output, added to the loss; None adds none. Defaults to None.
        depthwise_constraint: projection of the depthwise kernel after each update; None applies none. Defaults to None.
        bias_constraint: projection of the bias after each update; None applies none. Defaults to None.
        **kwargs: `name`, `dtype`, `trainable` and the other arguments of `Layer`.

    Input shape:
        ``(batch, steps, channels)`` with `data_format` "channels_last", ``(batch, channels, steps)`` with
        "channels_first".

    Output shape:
        ``(batch, new_steps, channels * depth_multiplier)`` with `data_format` "channels_last", ``(batch, channels *
        depth_multiplier, new_steps)`` with "channels_first".
        Each spatial size is ``(size - dilation_rate * (kernel_size - 1) - 1) // strides + 1`` with "valid" padding and
        ``ceil(size / strides)`` with "same" and "causal".

    Raises:
        ValueError: if an argument is out of range, both `strides` and `dilation_rate` exceed 1, or the number of
            channels is unknown or differs from that at building.

    Example:
        >>> import numpy as np
        >>> from keras_layers import DepthwiseConv1D
        >>> tuple(DepthwiseConv1D(3, depth_multiplier=2)(np.zeros((2, 10, 3), "float32")).shape)
        (2, 8, 6)

    Reference: Howard et al., 2017, https://arxiv.org/abs/1704.04861
    """

    rank = 1
    paddings = ("valid", "same", "causal")


DepthwiseConvolution1D = DepthwiseConv1D
