"""LSTMCell: one step of a long short-term memory."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from keras_core import ops

from keras_layers.arguments import forwarded
from keras_layers.old_names import RECURRENT, RECURRENT_HINTS, old_names
from keras_layers.recurrent.base_cell import BaseCell
from keras_layers.recurrent.lstm_gates import LSTMGates

if TYPE_CHECKING:
    from keras_core.typing import PositiveInt, Tensor

    from keras_layers.recurrent.cell_dropout import DropoutMasks


class LSTMCell(LSTMGates, BaseCell):
    """One step of an `LSTM`: ``c' = f * c + i * activation(g)`` and ``h' = o * activation(c')``.

    The gates ``i``, ``f`` and ``o`` and the candidate ``g`` are blocks of ``x @ kernel + h @ recurrent_kernel + bias``,
    in the order i, f, g, o; the gates pass `recurrent_activation`. Weights are `kernel` ``(features, 4 * units)``,
    `recurrent_kernel` ``(units, 4 * units)`` and `bias` ``(4 * units,)``.

    Args:
        units: size of the output and of each state, a positive integer.
        activation: activation of candidate and output, a name or a function; None applies none. Defaults to "tanh".
        recurrent_activation: activation of the gates, a name or a function. Defaults to "sigmoid".
        use_bias: whether to add a bias. Defaults to True.
        kernel_initializer: initializer of the kernel, which multiplies the inputs, a name or an instance. Defaults to
            "glorot_uniform".
        recurrent_initializer: initializer of the recurrent kernel, which multiplies the state, a name or an instance.
            Defaults to "orthogonal".
        bias_initializer: initializer of the bias, a name or an instance. Defaults to "zeros".
        unit_forget_bias: whether the bias of the forget gate is initialized to 1, which makes the cell keep its state
            at first. Defaults to True.
        kernel_regularizer: penalty on the kernel, added to the loss; None adds none. Defaults to None.
        recurrent_regularizer: penalty on the recurrent kernel, added to the loss; None adds none. Defaults to None.
        bias_regularizer: penalty on the bias, added to the loss; None adds none. Defaults to None.
        kernel_constraint: projection of the kernel after each update; None applies none. Defaults to None.
        recurrent_constraint: projection of the recurrent kernel after each update; None applies none. Defaults to None.
        bias_constraint: projection of the bias after each update; None applies none. Defaults to None.
        dropout: fraction of the inputs to drop in training, from 0 to 1; the mask is the same at all steps. Defaults to
            0.0.
        recurrent_dropout: fraction of the state to drop in training, from 0 to 1; the mask is the same at all steps.
            Defaults to 0.0.
        seed: an integer that makes the random masks reproducible; None draws a seed. Defaults to None.
        **kwargs: `name`, `dtype`, `trainable` and the other arguments of `Layer`.

    Call arguments:
        inputs: one time step ``(batch, features)``.
        states: list ``[h, c]`` of tensors ``(batch, units)``.
        training: whether to apply dropout.
        masks: dropout masks of inputs and state to use at every step; None draws new ones.

    Input shape:
        ``(batch, features)``

    Output shape:
        Pair of the output ``(batch, units)`` and the list of new states ``[h, c]``.

    Raises:
        ValueError: if an argument is out of range or the number of features is unknown.

    Example:
        >>> import numpy as np
        >>> from keras_layers import LSTMCell
        >>> cell, x = LSTMCell(4), np.zeros((2, 5), "float32")
        >>> output, states = cell(x, cell.get_initial_state(batch_size=2))
        >>> tuple(output.shape), len(states)
        ((2, 4), 2)

    Reference: Hochreiter and Schmidhuber, 1997, https://doi.org/10.1162/neco.1997.9.8.1735
    """

    gates = 4

    @old_names(keras1=RECURRENT, keras2=RECURRENT_HINTS)
    def __init__(
        self,
        units: PositiveInt,
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
        super().__init__(**forwarded(locals(), without=("recurrent_activation", "unit_forget_bias")))
        self._set_gates(recurrent_activation, unit_forget_bias)
        self.state_size = [self.units, self.units]

    def call(
        self, inputs: Tensor, states: Any, training: bool | None = None, masks: DropoutMasks | None = None
    ) -> tuple[Tensor, list[Tensor]]:
        x, h = self._dropped(inputs, states, training, masks)
        z = ops.add(ops.matmul(x, self.kernel), ops.matmul(h, self.recurrent_kernel))
        return self._through_gates(z if self.bias is None else ops.add(z, self.bias), states[1])
