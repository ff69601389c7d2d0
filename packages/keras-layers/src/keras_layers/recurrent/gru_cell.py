"""GRUCell: one step of a gated recurrent unit."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from keras_core import activations, ops

from keras_layers.activation_attribute import ActivationAttribute
from keras_layers.arguments import forwarded
from keras_layers.old_names import RECURRENT, RECURRENT_HINTS, old_names
from keras_layers.recurrent.base_cell import BaseCell, as_list, in_form_of

if TYPE_CHECKING:
    from keras_core.typing import PositiveInt, Shape, Tensor

    from keras_layers.recurrent.cell_dropout import DropoutMasks


class GRUCell(BaseCell):
    """One step of a `GRU`: ``h' = z * h + (1 - z) * candidate``.

    The update gate ``z``, the reset gate ``r`` and the candidate are blocks of the products with `kernel` and
    `recurrent_kernel`, in the order z, r, candidate; the gates pass `recurrent_activation`, the candidate, of which
    ``r`` scales the part of the state, `activation`. Weights are `kernel` ``(features, 3 * units)``, `recurrent_kernel`
    ``(units, 3 * units)`` and `bias` ``(2, 3 * units)``, a row for inputs and one for the state, or ``(3 * units,)``
    without `reset_after`.

    Args:
        units: size of the output and of each state, a positive integer.
        activation: activation of the candidate, a name or a function; None applies none. Defaults to "tanh".
        recurrent_activation: activation of the gates, a name or a function. Defaults to "sigmoid".
        use_bias: whether to add a bias. Defaults to True.
        kernel_initializer: initializer of the kernel, which multiplies the inputs, a name or an instance. Defaults to
            "glorot_uniform".
        recurrent_initializer: initializer of the recurrent kernel, which multiplies the state, a name or an instance.
            Defaults to "orthogonal".
        bias_initializer: initializer of the bias, a name or an instance. Defaults to "zeros".
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
        reset_after: whether the reset gate is applied after the product of state and recurrent kernel (as in cuDNN) or
            before it (as in the paper). Models of Keras 2 default to False.
        seed: an integer that makes the random masks reproducible; None draws a seed. Defaults to None.
        **kwargs: `name`, `dtype`, `trainable` and the other arguments of `Layer`.

    Call arguments:
        inputs: one time step ``(batch, features)``.
        states: list ``[h]`` of tensors ``(batch, units)``.
        training: whether to apply dropout.
        masks: dropout masks of inputs and state to use at every step; None draws new ones.

    Input shape:
        ``(batch, features)``

    Output shape:
        Pair of the output ``(batch, units)`` and the list of new states ``[h]``.

    Raises:
        ValueError: if an argument is out of range or the number of features is unknown.

    Example:
        >>> import numpy as np
        >>> from keras_layers import GRUCell
        >>> cell, x = GRUCell(4), np.zeros((2, 5), "float32")
        >>> output, states = cell(x, cell.get_initial_state(batch_size=2))
        >>> tuple(output.shape), len(states)
        ((2, 4), 1)

    Reference: Cho et al., 2014, https://arxiv.org/abs/1406.1078
    """

    gates = 3
    recurrent_activation = ActivationAttribute()

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
        self.recurrent_activation = recurrent_activation
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
