"""SimpleRNNCell: one step of a fully connected recurrent layer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from keras_core import ops

from keras_layers.recurrent.base_cell import BaseCell, as_list, in_form_of

if TYPE_CHECKING:
    from keras_core.typing import Tensor

    from keras_layers.recurrent.cell_dropout import DropoutMasks


class SimpleRNNCell(BaseCell):
    """One step of a `SimpleRNN`: ``h' = activation(x @ kernel + h @ recurrent_kernel + bias)``.

    Weights are `kernel` ``(features, units)``, `recurrent_kernel` ``(units, units)`` and `bias` ``(units,)``.

    Args:
        units: size of the output and of each state, a positive integer.
        activation: activation of the output, a name or a function; None applies none. Defaults to "tanh".
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
        >>> from keras_layers import SimpleRNNCell
        >>> cell, x = SimpleRNNCell(4), np.zeros((2, 5), "float32")
        >>> output, states = cell(x, cell.get_initial_state(batch_size=2))
        >>> tuple(output.shape), len(states)
        ((2, 4), 1)

    Reference: Elman, 1990, https://doi.org/10.1207/s15516709cog1402_1
    """

    gates = 1

    def call(
        self, inputs: Tensor, states: Any, training: bool | None = None, masks: DropoutMasks | None = None
    ) -> tuple[Tensor, Any]:
        x, h = self._dropped(inputs, as_list(states), training, masks)
        z = ops.add(ops.matmul(x, self.kernel), ops.matmul(h, self.recurrent_kernel))
        output = self.activation(z if self.bias is None else ops.add(z, self.bias))
        return output, in_form_of(states, [output])
