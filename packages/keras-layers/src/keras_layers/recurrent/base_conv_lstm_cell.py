"""Base of the cells of convolutional LSTMs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from keras_core import KerasTensor, ops

from keras_layers.checks import describe
from keras_layers.convolutional.windows import Windowed
from keras_layers.old_names import CONVOLUTION, RECURRENT, OldNames, old_names
from keras_layers.parameters import add_parameter, options_config, set_options
from keras_layers.recurrent.cell_dropout import CellDropout
from keras_layers.recurrent.lstm_gates import LSTMGates
from keras_layers.shapes import channel_axis, static_shape

if TYPE_CHECKING:
    from keras_core.typing import PositiveInt, Shape, Tensor

    from keras_layers.recurrent.cell_dropout import DropoutMasks

KERAS_1: OldNames = {name: became for name, became in {**RECURRENT, **CONVOLUTION}.items() if name != "output_dim"}


class BaseConvLSTMCell(LSTMGates, Windowed, CellDropout):
    """One step of an LSTM whose products are convolutions over `rank` spatial axes.

    Weights are `kernel` ``(*kernel_size, channels, 4 * filters)``, `recurrent_kernel`
    ``(*kernel_size, filters, 4 * filters)`` and `bias` ``(4 * filters,)``.
    """

    @old_names(keras1=KERAS_1, sizes_apart=True)
    def __init__(
        self,
        filters: PositiveInt,
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
        self.filters = filters
        self._set_windows(kernel_size, strides, padding, data_format, dilation_rate)
        self._set_activation(activation, use_bias)
        self._set_gates(recurrent_activation, unit_forget_bias)
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
        self.bias = self._add_bias((width,)) if self.use_bias else None
        self._output_size = tuple(self.compute_output_shape(input_shape)[1:])

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
            kernel = ops.zeros((*self.kernel_size, static_shape(step)[channel_axis(self.data_format)], self.filters))
            shape = ops.shape(self._convolve(step, ops.cast(kernel, self.compute_dtype)))[1:]
        return [ops.zeros((batch, *shape), dtype=dtype or self.compute_dtype) for _ in range(2)]

    def _convolve(self, inputs: Tensor, kernel: Tensor) -> Tensor:
        return ops.conv(inputs, kernel, self.strides, self.padding, self.data_format, self.dilation_rate)

    def project(self, inputs: Tensor) -> Tensor:
        """What the inputs contribute to gates and candidate.

        Args:
            inputs: tensor ``(batch, *space, channels)`` in the order of `data_format`.

        Returns:
            Tensor with ``4 * filters`` channels and the spatial sizes of the output.
        """
        return self._with_bias(self._convolve(inputs, self.kernel))

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
        return self._through_gates(z, states[1], channel_axis(self.data_format))

    def call(
        self, inputs: Tensor, states: Any, training: bool | None = None, masks: DropoutMasks | None = None
    ) -> tuple[Tensor, list[Tensor]]:
        x, h = self._dropped(inputs, states, training, masks)
        return self.advance(self.project(x), [h, states[1]])

    def compute_output_shape(self, input_shape: Any, states_shape: Any = None) -> Any:
        """The output's shape; the states have the same."""
        kernel = (*self.kernel_size, input_shape[channel_axis(self.data_format)], self.filters)
        try:
            return self._convolve(KerasTensor(tuple(input_shape)), KerasTensor(kernel)).shape
        except ValueError as error:
            raise ValueError(f"{describe(self)}: {error}") from error

    def get_config(self) -> dict[str, Any]:
        return {
            **super().get_config(),
            "filters": self.filters,
            **options_config(self, "kernel", "recurrent", "bias"),
            **self._dropout_config(),
        }
