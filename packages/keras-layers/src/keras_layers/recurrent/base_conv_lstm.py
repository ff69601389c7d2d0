"""Base of the convolutional LSTMs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from keras_core import InputSpec, ops

from keras_layers.recurrent.base_recurrent import BaseRecurrent
from keras_layers.shapes import join_steps, split_steps

if TYPE_CHECKING:
    from keras_core.typing import Tensor

    from keras_layers.recurrent.base_conv_lstm_cell import BaseConvLSTMCell


class BaseConvLSTM(BaseRecurrent):
    """A convolutional LSTM cell over the time axis; the inputs of all steps are convolved at once."""

    cell: BaseConvLSTMCell
    rank: int

    def __init__(self, **arguments: Any) -> None:
        super().__init__(**arguments)
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
        return self._scan(projected, states, mask, {"of_state": of_state})

    def _step(self, row: Tensor, states: list[Any], options: dict[str, Any]) -> tuple[Tensor, list[Any]]:
        return self.cell.advance(row, states, options["of_state"])
