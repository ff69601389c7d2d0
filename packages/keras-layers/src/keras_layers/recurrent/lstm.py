"""LSTM: long short-term memory."""

from __future__ import annotations

from typing import Any

from keras_core import ops

from keras_layers.arguments import forwarded
from keras_layers.old_names import RECURRENT, RECURRENT_HINTS, old_names
from keras_layers.recurrent.base_recurrent import BaseRecurrent, op_activation
from keras_layers.recurrent.lstm_cell import LSTMCell


class LSTM(BaseRecurrent):
    """Long short-term memory, over sequences.

    Args:
        units: size of the output and of each state.
        activation: of candidate and output; name or function, None is linear.
        recurrent_activation: of the gates.
        use_bias: whether there is a bias.
        unit_forget_bias: whether the forget gate's bias begins at 1.
        kernel_initializer, recurrent_initializer, bias_initializer: initial values of the weights.
        kernel_regularizer, recurrent_regularizer, bias_regularizer: penalties on the weights.
        activity_regularizer: penalty on the output.
        kernel_constraint, recurrent_constraint, bias_constraint: projections of the weights.
        dropout: part of the inputs to drop while training.
        recurrent_dropout: part of the state to drop while training; makes training slower.
        seed: an int, for the same dropout every time.
        return_sequences, return_state, go_backwards, stateful, unroll, zero_output_for_mask: as in `RNN`.

    Inputs have shape ``(batch, time, features)``. Weights are those of `LSTMCell`. Call arguments and results
    are those of `RNN`; the states are h and c.

    Reference: Hochreiter and Schmidhuber, 1997, https://doi.org/10.1162/neco.1997.9.8.1735

    Example:
        >>> import numpy as np
        >>> from keras_layers import LSTM
        >>> tuple(LSTM(4)(np.zeros((2, 3, 5), "float32")).shape)
        (2, 4)
    """

    cell: LSTMCell
    cell_class = LSTMCell
    cell_name = "lstm_cell"
    op = staticmethod(ops.lstm)

    @old_names(keras1=RECURRENT, keras2=RECURRENT_HINTS)
    def __init__(
        self,
        units: int,
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
        unroll: bool = False,
        zero_output_for_mask: bool = False,
        **kwargs: Any,
    ) -> None:
        super().__init__(**forwarded(locals()))

    def _gate_options(self) -> dict[str, Any]:
        return {"recurrent_activation": op_activation(self.cell.recurrent_activation)}
