"""LocallyConnected1D: convolution with a kernel of its own at every place."""

from __future__ import annotations

from keras_layers.locally_connected.base_locally_connected import BaseLocallyConnected


class LocallyConnected1D(BaseLocallyConnected):
    """Convolution of sequences whose kernel is another one at every place.

    The bias is ``(new_steps, filters)``. The three implementations compute the same from kernels that are kept in
    another form, which files hold: 1 a kernel ``(new_steps, kernel_size * channels, filters)`` for windows, 2 a matrix
    of all inputs by all outputs (``(steps, channels, new_steps, filters)``) of which the rest is masked, which is fast
    where windows cover most of the input, 3 a vector with the elements of that matrix that are used, sorted by output,
    then input.

    Args:
        filters: number of output channels.
        kernel_size: size of the window: an integer or a tuple of 1.
        strides: step between neighbouring windows: an integer or a tuple of 1. Defaults to 1.
        padding: "valid" for no padding; "same" for ``ceil(size / strides)`` positions, in implementations 2 and 3.
            Defaults to "valid".
        data_format: "channels_last" or "channels_first"; by default `keras.config.image_data_format()`.
        activation: activation applied to the result, a name or a function; None applies none. Defaults to None.
        use_bias: whether to add a bias. Defaults to True.
        kernel_initializer: initializer of the kernel, a name or an instance. Defaults to "glorot_uniform".
        bias_initializer: initializer of the bias, a name or an instance. Defaults to "zeros".
        kernel_regularizer: penalty on the kernel, added to the loss; None adds none. Defaults to None.
        bias_regularizer: penalty on the bias, added to the loss; None adds none. Defaults to None.
        activity_regularizer: penalty on the output, added to the loss; None adds none. Defaults to None.
        kernel_constraint: projection of the kernel after each update; None applies none. Defaults to None.
        bias_constraint: projection of the bias after each update; None applies none. Defaults to None.
        implementation: 1, 2 or 3, see above. Defaults to 1.
        **kwargs: `name`, `dtype`, `trainable` and the other arguments of `Layer`.

    Input shape:
        ``(batch, steps, channels)`` with `data_format` "channels_last", ``(batch, channels, steps)`` with
        "channels_first"; all but the batch are known.

    Output shape:
        ``(batch, new_steps, filters)`` with `data_format` "channels_last", ``(batch, filters, new_steps)`` with
        "channels_first". Each spatial size is ``(size - kernel_size) // strides + 1`` with "valid" padding and
        ``ceil(size / strides)`` with "same".

    Raises:
        ValueError: if an argument is out of range, padding is "same" with implementation 1, a size or the number of
            channels is unknown, or no window fits into the input.

    Example:
        >>> import numpy as np
        >>> from keras_layers import LocallyConnected1D
        >>> tuple(LocallyConnected1D(4, 3)(np.zeros((2, 10, 3), "float32")).shape)
        (2, 8, 4)
    """

    rank = 1
