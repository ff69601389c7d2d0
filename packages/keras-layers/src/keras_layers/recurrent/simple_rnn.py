"""SimpleRNN: a fully connected recurrent layer."""

from __future__ import annotations

from typing import Any

from keras_core import ops

from keras_layers.arguments import forwarded
from keras_layers.old_names import RECURRENT, RECURRENT_HINTS, old_names
from keras_layers.recurrent.base_recurrent import BaseRecurrent
from keras_layers.recurrent.simple_rnn_cell import SimpleRNNCell


class SimpleRNN(BaseRecurrent):
    """A recurrent layer whose output is its state.

    Args:
        units: size of the output and of the state.
        activation: of the output; name or function, None is linear.
        use_bias: whether there is a bias.
        kernel_initializer, recurrent_initializer, bias_initializer: initial values of the weights.
        kernel_regularizer, recurrent_regularizer, bias_regularizer: penalties on the weights.
        activity_regularizer: penalty on the output.
        kernel_constraint, recurrent_constraint, bias_constraint: projections of the weights.
        dropout: part of the inputs to drop while training.
        recurrent_dropout: part of the state to drop while training; makes training slower.
        seed: an int, for the same dropout every time.
        return_sequences, return_state, go_backwards, stateful, unroll, zero_output_for_mask: as in `RNN`.

    Inputs have shape ``(batch, time, features)``. Weights are those of `SimpleRNNCell`. Call arguments and results
    are those of `RNN`; there is one state.

    Example:
        >>> import numpy as np
        >>> from keras_layers import SimpleRNN
        >>> tuple(SimpleRNN(4)(np.zeros((2, 3, 5), "float32")).shape)
        (2, 4)
    """

    cell: SimpleRNNCell
    cell_class = SimpleRNNCell
    cell_name = "simple_rnn_cell"
    op = staticmethod(ops.simple_rnn)

    @old_names(keras1=RECURRENT, keras2=RECURRENT_HINTS)
    def __init__(
        self,
        units: int,
        activation: Any = "tanh",
        use_bias: bool = True,
        kernel_initializer: Any = "glorot_uniform",
        recurrent_initializer: Any = "orthogonal",
        bias_initializer: Any = "zeros",
        kernel_regularizer: Any = None,
        recurrent_regularizer: Any = None,
        bias_regularizer: Any = None,
        activity_regularizer: Any = None,
        kernel_constraint: Any = None,
        recurrent_constraint: Any = None,
        bias_constraint: Any = None,
        dropout: float = 0.0,
        recurrent_dropout: float = 0.0,
        return_sequences: bool = False,
        return_state: bool = False,
        go_backwards: bool = False,
        stateful: bool = False,
        unroll: bool = False,
        seed: int | None = None,
        zero_output_for_mask: bool = False,
        **kwargs: Any,
    ) -> None:
        super().__init__(**forwarded(locals()))
