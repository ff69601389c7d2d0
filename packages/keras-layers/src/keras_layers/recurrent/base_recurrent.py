"""Base of SimpleRNN, LSTM and GRU."""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING, Any

from keras_core import InputSpec, activations, ops

from keras_layers.recurrent.rnn import RNN
from keras_layers.shapes import mask_like

if TYPE_CHECKING:
    from collections.abc import Callable

    from keras_core.typing import Tensor

    from keras_layers.recurrent.cell_dropout import CellDropout

# Activations that a backend may know by name inside its own recurrent ops.
_BY_NAME = ("tanh", "sigmoid", "relu", "hard_sigmoid", "linear")


class BaseRecurrent(RNN):
    """A built-in cell over the time axis, in one op where its options allow.

    The cell's options and weights (`units`, `kernel`, ...) can be read from the layer too, and options assigned there.
    """

    cell: Any
    cell_class: type[CellDropout]
    cell_name: str
    _cell_options: frozenset[str]
    op: Callable[..., tuple[Tensor, ...]]

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if "cell_class" in vars(cls):
            cls._cell_options = frozenset(inspect.signature(cls.cell_class).parameters)

    def __init__(self, **arguments: Any) -> None:
        options = {name: arguments.pop(name) for name in tuple(arguments) if name in self._cell_options}
        shared = {"dtype": arguments.get("dtype"), "trainable": arguments.get("trainable", True)}
        super().__init__(self.cell_class(**options, **shared, name=self.cell_name), **arguments)
        self.input_spec = InputSpec(ndim=3)

    def __getattr__(self, name: str) -> Any:
        cell = self.__dict__.get("cell")
        if cell is None or name.startswith("_") or hasattr(type(self), name) or not hasattr(cell, name):
            return super().__getattr__(name)
        return getattr(cell, name)

    def __setattr__(self, name: str, value: Any) -> None:
        cell = self.__dict__.get("cell")
        if cell is None or name not in self._cell_options or hasattr(type(self), name):
            super().__setattr__(name, value)
        else:
            setattr(cell, name, value)

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
            return self._by_steps(sequences, states, mask, {"training": training, "masks": (of_inputs, of_state)})
        if of_inputs is not None:
            sequences = ops.multiply(sequences, ops.expand_dims(of_inputs, 1))
        outputs, *states = self._fused(sequences, states, mask)
        return outputs, _last_output(states[0], mask), states

    def _by_steps(
        self, sequences: Tensor, states: list[Any], mask: Any, options: dict[str, Any]
    ) -> tuple[Tensor, Tensor, list[Any]]:
        """`_run`, by calling the cell at every step."""
        outputs, _, states = self._scan(sequences, states, mask, options)
        return outputs, _last_output(states[0], mask), states

    def _fused(self, sequences: Tensor, states: list[Any], mask: Any) -> tuple[Tensor, ...]:
        """Outputs of all steps and the last states, by one op."""
        cell = self.cell
        return type(self).op(
            sequences,
            **dict(zip(("initial_h", "initial_c"), states, strict=False)),
            kernel=cell.kernel,
            recurrent_kernel=cell.recurrent_kernel,
            bias=cell.bias,
            mask=mask,
            activation=op_activation(cell.activation),
            go_backwards=self.go_backwards,
            unroll=self.unroll,
            **self._gate_options(),
        )

    def _gate_options(self) -> dict[str, Any]:
        """Arguments of the op that say how the gates are computed."""
        return {}

    def get_config(self) -> dict[str, Any]:
        config = super().get_config()
        del config["cell"]
        own = self.cell.get_config()
        return config | {name: value for name, value in own.items() if name not in ("name", "trainable", "dtype")}


def _last_output(h: Tensor, mask: Any) -> Tensor:
    """The output after the last step, which is the first state; zeros for sequences without any step that counts.

    Taken of the outputs of all steps it would cost a gradient for each of these.
    """
    if mask is None:
        return h
    counts = ops.any(ops.cast(mask, "bool"), axis=1)
    return ops.where(mask_like(counts, h), h, ops.zeros_like(h))


def op_activation(activation: Any) -> Any:
    """An activation's name where recurrent ops know it, else the function."""
    name = activations.serialize(activation) if activation is not None else "linear"
    return name if isinstance(name, str) and name in _BY_NAME else activation
