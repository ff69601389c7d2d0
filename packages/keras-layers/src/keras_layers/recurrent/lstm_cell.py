"""LSTMCell: one step of a long short-term memory."""

from __future__ import annotations

from typing import Any

import numpy as np
from keras_core import activations, ops
from keras_core.typing import Shape, Tensor

from keras_layers.arguments import forwarded
from keras_layers.old_names import RECURRENT, RECURRENT_HINTS, old_names
from keras_layers.parameters import add_parameter
from keras_layers.recurrent.base_cell import BaseCell, DropoutMasks


class LSTMCell(BaseCell):
    """``c' = f * c + i * activation(...)``, ``h' = o * activation(c')`` with gates i, f and o.

    Args:
        units: size of output and states.
        activation: of candidate and output; name or function.
        recurrent_activation: of the gates.
        use_bias: whether there is a bias.
        unit_forget_bias: whether the forget gate's bias begins at 1.
        kernel_initializer, recurrent_initializer, bias_initializer: initial values of the weights.
        kernel_regularizer, recurrent_regularizer, bias_regularizer: penalties on the weights.
        kernel_constraint, recurrent_constraint, bias_constraint: projections of the weights.
        dropout: part of the inputs to drop while training.
        recurrent_dropout: part of the state h to drop while training.
        seed: an int, for the same dropout every time.

    Called with a step ``(batch, features)`` and ``[h, c]``, returns the output and ``[h', c']``. The
    blocks of the weights stand in the order input, forget, candidate, output.

    Reference: Hochreiter and Schmidhuber, 1997, https://doi.org/10.1162/neco.1997.9.8.1735
    """

    gates = 4
    bias_initializer: Any

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
        kernel_constraint: Any = None,
        recurrent_constraint: Any = None,
        bias_constraint: Any = None,
        dropout: float = 0.0,
        recurrent_dropout: float = 0.0,
        seed: int | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**forwarded(locals(), without=("recurrent_activation", "unit_forget_bias")))
        self.recurrent_activation = activations.get(recurrent_activation)
        self.unit_forget_bias = unit_forget_bias
        self.state_size = [self.units, self.units]

    def _add_bias(self, shape: Shape) -> Any:
        if not self.unit_forget_bias:
            return super()._add_bias(shape)
        return add_parameter(self, "bias", shape, initializer=self._forgetting_nothing)

    def _forgetting_nothing(self, shape: Shape, dtype: str | None = None) -> np.ndarray:
        """The bias initializer's values, with ones for the forget gate."""
        values = np.array(self.bias_initializer(shape, dtype=dtype))
        values[self.units : 2 * self.units] = 1
        return values

    def call(
        self, inputs: Tensor, states: Any, training: bool | None = None, masks: DropoutMasks | None = None
    ) -> tuple[Tensor, list[Tensor]]:
        x, h = self._dropped(inputs, states, training, masks)
        z = ops.add(ops.matmul(x, self.kernel), ops.matmul(h, self.recurrent_kernel))
        i, f, g, o = ops.split(z if self.bias is None else ops.add(z, self.bias), 4, axis=-1)
        kept = ops.multiply(self.recurrent_activation(f), states[1])
        c = ops.add(kept, ops.multiply(self.recurrent_activation(i), self.activation(g)))
        output = ops.multiply(self.recurrent_activation(o), self.activation(c))
        return output, [output, c]

    def get_config(self) -> dict[str, Any]:
        return {
            **super().get_config(),
            "recurrent_activation": activations.serialize(self.recurrent_activation),
            "unit_forget_bias": self.unit_forget_bias,
        }
