"""What SimpleRNN, LSTM and GRU share."""

from __future__ import annotations

from typing import Any

from keras_core import InputSpec, activations, ops
from keras_core.typing import Tensor

from keras_layers.recurrent.base_cell import BaseCell
from keras_layers.recurrent.rnn import RNN

# Activations that a backend may know by name inside its own recurrent ops.
_BY_NAME = ("tanh", "sigmoid", "relu", "hard_sigmoid", "linear")


class BaseRecurrent(RNN):
    """A built-in cell over the time axis, in one op where its options allow.

    The cell's options and weights (`units`, `kernel`, ...) can be read from the layer too.
    """

    cell: Any

    def __init__(
        self,
        cell: BaseCell,
        return_sequences: bool,
        return_state: bool,
        go_backwards: bool,
        stateful: bool,
        unroll: bool,
        zero_output_for_mask: bool,
        activity_regularizer: Any,
        **kwargs: Any,
    ) -> None:
        super().__init__(
            cell,
            return_sequences=return_sequences,
            return_state=return_state,
            go_backwards=go_backwards,
            stateful=stateful,
            unroll=unroll,
            zero_output_for_mask=zero_output_for_mask,
            activity_regularizer=activity_regularizer,
            **kwargs,
        )
        self.input_spec = InputSpec(ndim=3)

    def __getattr__(self, name: str) -> Any:
        cell = self.__dict__.get("cell")
        if cell is None or name.startswith("_") or hasattr(type(self), name) or not hasattr(cell, name):
            return super().__getattr__(name)
        return getattr(cell, name)

    def build(self, input_shape: Any) -> None:
        super().build(input_shape)
        sequences = input_shape[0] if isinstance(input_shape[0], (list, tuple)) else input_shape
        self.input_spec = InputSpec(ndim=3, axes={-1: sequences[-1]})

    def _run(
        self, sequences: Tensor, states: list[Any], mask: Any, training: bool | None, constants: list[Tensor]
    ) -> tuple[Tensor, Tensor, list[Any]]:
        step = ops.getitem(sequences, (slice(None), 0))
        of_inputs, of_state = self.cell.dropout_masks(step, states, training)
        if of_state is not None:
            return self._scan(sequences, states, mask, {"training": training, "masks": (of_inputs, of_state)})
        if of_inputs is not None:
            sequences = ops.multiply(sequences, ops.expand_dims(of_inputs, 1))
        outputs, *states = self._fused(sequences, states, mask)
        last = states[0] if mask is None else ops.getitem(outputs, (slice(None), -1))
        return outputs, last, states

    def _fused(self, sequences: Tensor, states: list[Any], mask: Any) -> tuple[Tensor, ...]:
        """Outputs of all steps and the last states, by one op."""
        raise NotImplementedError

    def _options(self, mask: Any) -> dict[str, Any]:
        """Arguments that all recurrent ops share."""
        return {
            "mask": mask,
            "activation": op_activation(self.cell.activation),
            "go_backwards": self.go_backwards,
            "unroll": self.unroll,
        }

    def get_config(self) -> dict[str, Any]:
        config = super().get_config()
        del config["cell"]
        own = self.cell.get_config()
        return config | {name: value for name, value in own.items() if name not in ("name", "trainable", "dtype")}


def op_activation(activation: Any) -> Any:
    """An activation's name where recurrent ops know it, else the function."""
    name = activations.serialize(activation) if activation is not None else "linear"
    return name if isinstance(name, str) and name in _BY_NAME else activation
