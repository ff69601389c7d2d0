"""Base of the convolutional LSTMs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from keras_core import InputSpec, ops

from keras_layers.arguments import forwarded
from keras_layers.old_names import RECURRENT_HINTS, old_names
from keras_layers.recurrent.base_conv_lstm_cell import KERAS_1
from keras_layers.recurrent.base_recurrent import BaseRecurrent
from keras_layers.shapes import join_steps, split_steps

if TYPE_CHECKING:
    from keras_core.typing import PositiveInt, Tensor

    from keras_layers.recurrent.base_conv_lstm_cell import BaseConvLSTMCell


class BaseConvLSTM(BaseRecurrent):
    """A convolutional LSTM cell over the time axis; the inputs of all steps are convolved at once."""

    cell: BaseConvLSTMCell
    rank: int

    @old_names(keras1=KERAS_1, keras2=RECURRENT_HINTS, sizes_apart=True)
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
        activity_regularizer: Any = None,
        kernel_constraint: Any = None,
        recurrent_constraint: Any = None,
        bias_constraint: Any = None,
        dropout: float = 0.0,
        recurrent_dropout: float = 0.0,
        seed: int | None = None,
        return_sequences: bool = False,
        return_state: bool = False,
        go_backwards: bool = False,
        stateful: bool = False,
        zero_output_for_mask: bool = False,
        **kwargs: Any,
    ) -> None:
        super().__init__(**forwarded(locals()))
        self.input_spec = InputSpec(ndim=self.rank + 3)

    def build(self, input_shape: Any) -> None:
        super().build(input_shape)
        sequences = input_shape[0] if isinstance(input_shape[0], (list, tuple)) else input_shape
        axis = 2 if self.cell.data_format == "channels_first" else -1
        self.input_spec = InputSpec(ndim=self.rank + 3, axes={axis: sequences[axis]})

    def _run(
        self, sequences: Tensor, states: list[Any], mask: Any, training: bool | None, constants: list[Tensor]
    ) -> tuple[Tensor, Tensor, list[Any]]:
        step = ops.getitem(sequences, (slice(None), 0))
        of_inputs, of_state = self.cell.dropout_masks(step, states, training)
        if of_inputs is not None:
            sequences = ops.multiply(sequences, ops.expand_dims(of_inputs, 1))
        projected = split_steps(self.cell.project(join_steps(sequences)), sequences)
        return self._by_steps(projected, states, mask, {"of_state": of_state})

    def _step(self, row: Tensor, states: list[Any], options: dict[str, Any]) -> tuple[Tensor, list[Any]]:
        return self.cell.advance(row, states, options["of_state"])
