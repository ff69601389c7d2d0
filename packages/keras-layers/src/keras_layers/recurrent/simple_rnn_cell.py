"""SimpleRNNCell: one step of a fully connected recurrent layer."""

from __future__ import annotations

from typing import Any

from keras_core import ops
from keras_core.typing import Tensor

from keras_layers.recurrent.base_cell import BaseCell, DropoutMasks, as_list, in_form_of


class SimpleRNNCell(BaseCell):
    """``h' = activation(x @ kernel + h @ recurrent_kernel + bias)``; the output is the state.

    Args:
        units: size of output and state.
        activation: name or function; None is linear.
        use_bias: whether there is a bias.
        kernel_initializer, recurrent_initializer, bias_initializer: initial values of the weights.
        kernel_regularizer, recurrent_regularizer, bias_regularizer: penalties on the weights.
        kernel_constraint, recurrent_constraint, bias_constraint: projections of the weights.
        dropout: part of the inputs to drop while training.
        recurrent_dropout: part of the state to drop while training.
        seed: an int, for the same dropout every time.

    Called with a step ``(batch, features)`` and ``[h]``, returns the output and ``[h']``.
    """

    gates = 1

    def call(
        self, inputs: Tensor, states: Any, training: bool | None = None, masks: DropoutMasks | None = None
    ) -> tuple[Tensor, Any]:
        x, h = self._dropped(inputs, as_list(states), training, masks)
        z = ops.add(ops.matmul(x, self.kernel), ops.matmul(h, self.recurrent_kernel))
        output = self.activation(z if self.bias is None else ops.add(z, self.bias))
        return output, in_form_of(states, [output])
