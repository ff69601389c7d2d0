"""Base of the cells of convolutional LSTMs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from keras_core import activations, ops

from keras_layers.activation_attribute import ActivationAttribute
from keras_layers.checks import describe, positive_int
from keras_layers.convolutional.windows import Windowed
from keras_layers.old_names import CONVOLUTION, RECURRENT, OldNames, old_names
from keras_layers.parameters import add_parameter, options_config, set_options
from keras_layers.recurrent.cell_dropout import CellDropout
from keras_layers.shapes import spatial_axes, static_shape

if TYPE_CHECKING:
    from keras_core.typing import Shape, Tensor

    from keras_layers.recurrent.cell_dropout import DropoutMasks

KERAS_1: OldNames = {name: became for name, became in {**RECURRENT, **CONVOLUTION}.items() if name != "output_dim"}


class BaseConvLSTMCell(Windowed, CellDropout):
    """One step of an LSTM whose products are convolutions over `rank` spatial axes.

    Weights are `kernel` ``(*kernel_size, channels, 4 * filters)``, `recurrent_kernel`
    ``(*kernel_size, filters, 4 * filters)`` and `bias` ``(4 * filters,)``.
    """

    recurrent_activation = ActivationAttribute()
    bias_initializer: Any

    @old_names(keras1=KERAS_1, sizes_apart=True)
    def __init__(
        self,
        filters: int,
        kernel_size: Any,
        strides: Any = 1,
        padding: str = "valid",
        data_format: str | None = None,
        dilation_rate: Any = 1,
        activation: Any = "tanh",
        recurrent_activation: Any = "sigmoid",
        use_bias: bool = True,
        kernel_initializer: Any = "glorot_uniform",
        recurrent_initializer: Any = "orthogonal",
        bias_initializer: Any = "zeros",
        unit_forget_bias: bool = True,
        kernel_regularizer: Any = None,
        recurrent_regularizer: Any = None,
        bias_regularizer: Any = None,
        kernel_constraint: Any = None,
        recurrent_constraint: Any = None,
        bias_constraint: Any = None,
        dropout: float = 0.0,
        recurrent_dropout: float = 0.0,
        seed: int | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.filters = positive_int(self, "filters", filters)
        self._set_windows(kernel_size, strides, padding, data_format, dilation_rate)
        self._set_activation(activation, use_bias)
        self.recurrent_activation = recurrent_activation
        self.unit_forget_bias = unit_forget_bias
        set_options(self, "kernel", kernel_initializer, kernel_regularizer, kernel_constraint)
        set_options(self, "recurrent", recurrent_initializer, recurrent_regularizer, recurrent_constraint)
        set_options(self, "bias", bias_initializer, bias_regularizer, bias_constraint)
        self._set_dropout(dropout, recurrent_dropout, seed)
        unknown = (None,) * self.rank
        first = self.data_format == "channels_first"
        self._output_size: Shape = (self.filters, *unknown) if first else (*unknown, self.filters)

    @property
    def state_size(self) -> list[Any]:
        """Shapes of the two states without the batch, None where a size is not known."""
        return [self.output_size, self.output_size]

    @property
    def output_size(self) -> Shape:
        """Shape of the output without the batch, None where a size is not known."""
        return self._output_size

    def build(self, input_shape: Shape) -> None:
        channels = self._channels(input_shape)
        width = 4 * self.filters
        self.kernel = add_parameter(self, "kernel", (*self.kernel_size, channels, width))
        self.recurrent_kernel = add_parameter(
            self, "recurrent_kernel", (*self.kernel_size, self.filters, width), options="recurrent"
        )
        self.bias = self._add_bias(width) if self.use_bias else None
        self._output_size = tuple(self.compute_output_shape(input_shape)[1:])

    def _add_bias(self, width: int) -> Any:
        if not self.unit_forget_bias:
            return add_parameter(self, "bias", (width,))
        return add_parameter(self, "bias", (width,), initializer=self._bias_values)

    def _bias_values(self, shape: Shape, dtype: str | None = None) -> np.ndarray:
        """Values of the bias initializer, with ones for the forget gate."""
        values = np.array(self.bias_initializer(shape, dtype=dtype))
        values[self.filters : 2 * self.filters] = 1
        return values

    def get_initial_state(self, batch_size: Any = None, inputs: Any = None, dtype: Any = None) -> list[Tensor]:
        """Zeros, two tensors of the shape of the output.

        Args:
            batch_size: an int or scalar tensor; None takes that of `inputs`. Defaults to None.
            inputs: sequences ``(batch, steps, ...)``, which also tell sizes that were unknown. Defaults to None.
            dtype: dtype of the states; None takes the cell's. Defaults to None.
        """
        batch = ops.shape(inputs)[0] if batch_size is None else batch_size
        shape: Any = self.output_size
        if None in shape:
            step = ops.getitem(inputs, (slice(None), 0))
            kernel = ops.zeros((*self.kernel_size, static_shape(step)[self._channel_axis()], self.filters))
            shape = ops.shape(self._convolve(step, ops.cast(kernel, self.compute_dtype)))[1:]
        return [ops.zeros((batch, *shape), dtype=dtype or self.compute_dtype) for _ in range(2)]

    def _channel_axis(self) -> int:
        return 1 if self.data_format == "channels_first" else -1

    def _convolve(self, inputs: Tensor, kernel: Tensor) -> Tensor:
        return ops.conv(inputs, kernel, self.strides, self.padding, self.data_format, self.dilation_rate)

    def project(self, inputs: Tensor) -> Tensor:
        """What the inputs contribute to gates and candidate.

        Args:
            inputs: tensor ``(batch, *space, channels)`` in the order of `data_format`.

        Returns:
            Tensor with ``4 * filters`` channels and the spatial sizes of the output.
        """
        outputs = self._convolve(inputs, self.kernel)
        if self.bias is None:
            return outputs
        first = self.data_format == "channels_first"
        return ops.add(outputs, ops.reshape(self.bias, (1, -1, *(1,) * self.rank)) if first else self.bias)

    def advance(self, projected: Tensor, states: Any, of_state: Tensor | None = None) -> tuple[Tensor, list[Tensor]]:
        """One step from what the inputs contribute.

        Args:
            projected: what `project` gives.
            states: list ``[h, c]``.
            of_state: factors that drop parts of ``h``; None drops none. Defaults to None.

        Returns:
            Pair of the output and the list of new states.
        """
        h = states[0] if of_state is None else ops.multiply(states[0], of_state)
        z = ops.add(projected, ops.conv(h, self.recurrent_kernel, 1, "same", self.data_format))
        i, f, g, o = ops.split(z, 4, axis=self._channel_axis())
        kept = ops.multiply(self.recurrent_activation(f), states[1])
        c = ops.add(kept, ops.multiply(self.recurrent_activation(i), self.activation(g)))
        output = ops.multiply(self.recurrent_activation(o), self.activation(c))
        return output, [output, c]

    def call(
        self, inputs: Tensor, states: Any, training: bool | None = None, masks: DropoutMasks | None = None
    ) -> tuple[Tensor, list[Tensor]]:
        of_inputs, of_state = self.dropout_masks(inputs, states, training) if masks is None else masks
        x = inputs if of_inputs is None else ops.multiply(inputs, of_inputs)
        return self.advance(self.project(x), states, of_state)

    def compute_output_shape(self, input_shape: Any, states_shape: Any = None) -> Any:
        """The output's shape; the states have the same."""
        axes = spatial_axes(self.rank, self.data_format)
        pairs = zip(axes, self.kernel_size, self.strides, self.dilation_rate, strict=True)
        shape = list(input_shape)
        for axis, window, step, rate in pairs:
            size = shape[axis]
            reach = rate * (window - 1) + 1
            if size is not None:
                shape[axis] = -(-size // step) if self.padding == "same" else (size - reach) // step + 1
                if shape[axis] < 1:
                    raise ValueError(
                        f"{describe(self)}: no window of {self.kernel_size} fits into inputs of shape "
                        f"{tuple(input_shape)}."
                    )
        shape[self._channel_axis()] = self.filters
        return tuple(shape)

    def get_config(self) -> dict[str, Any]:
        return {
            **super().get_config(),
            "filters": self.filters,
            "recurrent_activation": activations.serialize(self.recurrent_activation),
            "unit_forget_bias": self.unit_forget_bias,
            **options_config(self, "kernel", "recurrent", "bias"),
            **self._dropout_config(),
        }
