"""GRUCell: one step of a gated recurrent unit."""

from __future__ import annotations

from typing import Any

from keras_core import activations, ops
from keras_core.typing import Shape, Tensor

from keras_layers.arguments import forwarded
from keras_layers.old_names import RECURRENT, RECURRENT_HINTS, old_names
from keras_layers.recurrent.base_cell import BaseCell, DropoutMasks, as_list, in_form_of


class GRUCell(BaseCell):
    """``h' = z * h + (1 - z) * candidate`` with an update gate z and a reset gate r.

    Args:
        units: size of output and state.
        activation: of the candidate; name or function.
        recurrent_activation: of the gates.
        use_bias: whether there is a bias.
        reset_after: whether r acts on the state's product with its weights, or on the state before.
        kernel_initializer, recurrent_initializer, bias_initializer: initial values of the weights.
        kernel_regularizer, recurrent_regularizer, bias_regularizer: penalties on the weights.
        kernel_constraint, recurrent_constraint, bias_constraint: projections of the weights.
        dropout: part of the inputs to drop while training.
        recurrent_dropout: part of the state to drop while training.
        seed: an int, for the same dropout every time.

    Called with a step ``(batch, features)`` and ``[h]``, returns the output and ``[h']``. The blocks of
    the weights stand in the order update, reset, candidate; with `reset_after` the bias has two
    rows, of the inputs and of the state.

    Reference: Cho et al., 2014, https://arxiv.org/abs/1406.1078
    """

    gates = 3

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
        kernel_regularizer: Any = None,
        recurrent_regularizer: Any = None,
        bias_regularizer: Any = None,
        kernel_constraint: Any = None,
        recurrent_constraint: Any = None,
        bias_constraint: Any = None,
        dropout: float = 0.0,
        recurrent_dropout: float = 0.0,
        reset_after: bool = True,
        seed: int | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**forwarded(locals(), without=("recurrent_activation", "reset_after")))
        self.recurrent_activation = activations.get(recurrent_activation)
        self.reset_after = reset_after

    def _add_bias(self, shape: Shape) -> Any:
        return super()._add_bias((2, *shape) if self.reset_after else shape)

    def call(
        self, inputs: Tensor, states: Any, training: bool | None = None, masks: DropoutMasks | None = None
    ) -> tuple[Tensor, Any]:
        previous = as_list(states)[0]
        x, h = self._dropped(inputs, as_list(states), training, masks)
        input_bias, state_bias = self.bias, None
        if self.bias is not None and self.reset_after:
            input_bias, state_bias = ops.getitem(self.bias, 0), ops.getitem(self.bias, 1)
        xz, xr, xh = ops.split(_project(x, self.kernel, input_bias), 3, axis=-1)
        if self.reset_after:
            hz, hr, hh = ops.split(_project(h, self.recurrent_kernel, state_bias), 3, axis=-1)
            r = self.recurrent_activation(ops.add(xr, hr))
            from_state = ops.multiply(r, hh)
        else:
            gates, candidate = ops.split(self.recurrent_kernel, [2 * self.units], axis=-1)
            hz, hr = ops.split(ops.matmul(h, gates), 2, axis=-1)
            r = self.recurrent_activation(ops.add(xr, hr))
            from_state = ops.matmul(ops.multiply(r, h), candidate)
        z = self.recurrent_activation(ops.add(xz, hz))
        new = self.activation(ops.add(xh, from_state))
        output = ops.add(ops.multiply(z, previous), ops.multiply(ops.subtract(1, z), new))
        return output, in_form_of(states, [output])

    def get_config(self) -> dict[str, Any]:
        return {
            **super().get_config(),
            "recurrent_activation": activations.serialize(self.recurrent_activation),
            "reset_after": self.reset_after,
        }


def _project(x: Tensor, kernel: Tensor, bias: Tensor | None) -> Tensor:
    product = ops.matmul(x, kernel)
    return product if bias is None else ops.add(product, bias)
