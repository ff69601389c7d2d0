"""SimpleRNN: a fully connected recurrent layer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from keras_core import ops

from keras_layers.arguments import forwarded
from keras_layers.old_names import RECURRENT, RECURRENT_HINTS, SIMPLE_RNN_ORDER, old_names
from keras_layers.recurrent.base_recurrent import BaseRecurrent
from keras_layers.recurrent.simple_rnn_cell import SimpleRNNCell

if TYPE_CHECKING:
    from keras_core.typing import PositiveInt


class SimpleRNN(BaseRecurrent):
    """Fully connected recurrent layer over sequences: ``h' = activation(x @ kernel + h @ recurrent_kernel + bias)``.

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
        activity_regularizer: penalty on the output, added to the loss; None adds none. Defaults to None.
        kernel_constraint: projection of the kernel after each update; None applies none. Defaults to None.
        recurrent_constraint: projection of the recurrent kernel after each update; None applies none. Defaults to None.
        bias_constraint: projection of the bias after each update; None applies none. Defaults to None.
        dropout: fraction of the inputs to drop in training, from 0 to 1; the mask is the same at all steps. Defaults to
            0.0.
        recurrent_dropout: fraction of the state to drop in training, from 0 to 1; the mask is the same at all steps.
            Defaults to 0.0.
        return_sequences: whether to return the outputs of all steps instead of the last one. Defaults to False.
        return_state: whether to return the final states too. Defaults to False.
        go_backwards: whether to process the steps from last to first; outputs are in the order they are computed.
            Defaults to False.
        stateful: whether each batch starts from the final states of the previous one; needs a fixed batch size, as in
            ``Input(batch_shape=(32, 10, 8))``. Defaults to False.
        unroll: whether to unroll the loop over time, for short sequences of known length. Defaults to False.
        seed: an integer that makes the random masks reproducible; None draws a seed. Defaults to None.
        zero_output_for_mask: whether outputs at masked steps are 0 instead of the previous output. Defaults to False.
        **kwargs: `name`, `dtype`, `trainable` and the other arguments of `Layer`.

    Call arguments:
        sequences: tensor ``(batch, steps, features)``.
        initial_state: list of tensors, one for each state; None starts from zeros.
        mask: booleans ``(batch, steps)``; steps where it is False leave the states as they are.
        training: whether to apply dropout.

    Input shape:
        ``(batch, steps, features)``

    Output shape:
        ``(batch, units)``, or ``(batch, steps, units)`` with `return_sequences`.
        With `return_state` a list of this and the final state ``h``.

    Raises:
        ValueError: if an argument is out of range, the number of features is unknown, `initial_state` holds the wrong
            number of tensors, `stateful` has no fixed batch size, or `unroll` has no known length.

    Example:
        >>> import numpy as np
        >>> from keras_layers import SimpleRNN
        >>> x = np.zeros((2, 3, 5), "float32")
        >>> tuple(SimpleRNN(4)(x).shape)
        (2, 4)
        >>> tuple(SimpleRNN(4, return_sequences=True)(x).shape)
        (2, 3, 4)

    Reference: Elman, 1990, https://doi.org/10.1207/s15516709cog1402_1
    """

    cell: SimpleRNNCell
    cell_class = SimpleRNNCell
    cell_name = "simple_rnn_cell"
    op = staticmethod(ops.simple_rnn)

    @old_names(keras1=RECURRENT, keras2=RECURRENT_HINTS, keras1_order=SIMPLE_RNN_ORDER)
    def __init__(
        self,
        units: PositiveInt,
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
