"""ConvLSTM1D: an LSTM over sequences of signals."""

from __future__ import annotations

from keras_layers.recurrent.base_conv_lstm import BaseConvLSTM
from keras_layers.recurrent.conv_lstm1d_cell import ConvLSTM1DCell


class ConvLSTM1D(BaseConvLSTM):
    """An LSTM over sequences of signals, whose products are convolutions.

    Weights are `kernel` ``(*kernel_size, channels, 4 * filters)``, `recurrent_kernel`
    ``(*kernel_size, filters, 4 * filters)`` and `bias` ``(4 * filters,)``; gates and candidate are blocks of the last
    axis in the order i, f, g, o.

    Args:
        filters: number of output channels.
        kernel_size: size of the windows, an integer or a tuple of 1; the state is convolved by windows of the same
            size.
        strides: step between neighbouring windows over the inputs: an integer or a tuple of 1. Defaults to 1.
        padding: "valid" for no padding of the inputs, "same" for zeros around them so that ``ceil(size / strides)``
            positions result; the state is always padded. Defaults to "valid".
        data_format: "channels_last" or "channels_first"; by default `keras.config.image_data_format()`.
        dilation_rate: distance between neighbouring elements of the windows over the inputs: an integer or a tuple of
            1; above 1 only with strides of 1. Defaults to 1.
        activation: activation of candidate and output, a name or a function; None applies none. Defaults to "tanh".
        recurrent_activation: activation of the gates, a name or a function; models of Keras 2 default to
            "hard_sigmoid". Defaults to "sigmoid".
        use_bias: whether to add a bias. Defaults to True.
        kernel_initializer: initializer of the kernel, which is convolved with the inputs, a name or an instance.
            Defaults to "glorot_uniform".
        recurrent_initializer: initializer of the recurrent kernel, which is convolved with the state, a name or an
            instance. Defaults to "orthogonal".
        bias_initializer: initializer of the bias, a name or an instance. Defaults to "zeros".
        unit_forget_bias: whether the bias of the forget gate is initialized to 1. Defaults to True.
        kernel_regularizer: penalty on the kernel, added to the loss; None adds none. Defaults to None.
        recurrent_regularizer: penalty on the recurrent kernel, added to the loss; None adds none. Defaults to None.
        bias_regularizer: penalty on the bias, added to the loss; None adds none. Defaults to None.
        activity_regularizer: penalty on the output, added to the loss; None adds none. Defaults to None.
        kernel_constraint: projection of the kernel after each update; None applies none. Defaults to None.
        recurrent_constraint: projection of the recurrent kernel after each update; None applies none. Defaults to None.
        bias_constraint: projection of the bias after each update; None applies none. Defaults to None.
        dropout: fraction of the inputs to drop in training, from 0 to 1; the mask is the same at all steps. Defaults to
            0.0.
        recurrent_dropout: fraction of the state to drop in training, from 0 to 1; the mask is the same at all steps.
            Defaults to 0.0.
        seed: an integer that makes the random masks reproducible; None draws a seed. Defaults to None.
        return_sequences: whether to return the outputs of all steps instead of the last one. Defaults to False.
        return_state: whether to return the final states too. Defaults to False.
        go_backwards: whether to process the steps from last to first; outputs are in the order they are computed.
            Defaults to False.
        stateful: whether each batch starts from the final states of the previous one; needs a fixed batch size.
            Defaults to False.
        zero_output_for_mask: whether outputs at masked steps are 0 instead of the previous output. Defaults to False.
        **kwargs: `name`, `dtype`, `trainable` and the other arguments of `Layer`.

    Call arguments:
        sequences: tensor of sequences.
        initial_state: list of tensors, one for each state; None starts from zeros.
        mask: booleans ``(batch, steps)``; steps where it is False leave the states as they are.
        training: whether to apply dropout.

    Input shape:
        ``(batch, steps, size, channels)`` with `data_format` "channels_last", ``(batch, steps, channels, size)`` with
        "channels_first".

    Output shape:
        ``(batch, new_size, filters)``, or with the filters first; with `return_sequences` there is an axis of steps
        after the batch. With `return_state` a list of this and the final states ``h`` and ``c``.

    Raises:
        ValueError: if an argument is out of range, no window fits into the input, the number of channels is unknown,
            `initial_state` holds the wrong number of tensors, or `stateful` has no fixed batch size.

    Example:
        >>> import numpy as np
        >>> from keras_layers import ConvLSTM1D
        >>> tuple(ConvLSTM1D(4, 3)(np.zeros((2, 3, 5, 1), "float32")).shape)
        (2, 3, 4)

    Reference: Shi et al., 2015, https://arxiv.org/abs/1506.04214
    """

    cell_class = ConvLSTM1DCell
    cell_name = "conv_lstm1d_cell"
    rank = 1
