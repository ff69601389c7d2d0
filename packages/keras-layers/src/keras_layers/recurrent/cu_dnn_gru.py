"""CuDNNGRU: GRU with the options of cuDNN's kernel."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from keras_layers.arguments import forwarded
from keras_layers.recurrent.cudnn import refuse_options, without_options
from keras_layers.recurrent.gru import GRU

if TYPE_CHECKING:
    from keras_core.typing import PositiveInt


class CuDNNGRU(GRU):
    """A GRU with the options of cuDNN's kernel, by its name in Keras 2; it computes as `GRU` does.

    There are no activations, biases or dropouts to choose and the reset gate is applied after the product. Weights are
    `kernel` ``(features, 3 * units)``, `recurrent_kernel` ``(units, 3 * units)`` and `bias` ``(2, 3 * units)``; Keras 2
    kept them in cuDNN's layout. `GRU` is as fast: the backend takes cuDNN where there is one.

    Args:
        units: size of the output and of each state, a positive integer.
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
        return_sequences: whether to return the outputs of all steps instead of the last one. Defaults to False.
        return_state: whether to return the final states too. Defaults to False.
        stateful: whether each batch starts from the final states of the previous one; needs a fixed batch size, as in
            ``Input(batch_shape=(32, 10, 8))``. Defaults to False.
        **kwargs: `go_backwards`, `name`, `dtype`, `trainable` and the other arguments of `Layer`.

    Call arguments:
        sequences: tensor ``(batch, steps, features)``.
        initial_state: list of tensors, one for each state; None starts from zeros.
        mask: booleans ``(batch, steps)``; steps where it is False leave the states as they are.
        training: accepted; nothing depends on it.

    Input shape:
        ``(batch, steps, features)``

    Output shape:
        ``(batch, units)``, or ``(batch, steps, units)`` with `return_sequences`.
        With `return_state` a list of this and the final state ``h``.

    Raises:
        TypeError: for an option of `GRU` that cuDNN's kernel does not have.
        ValueError: as `GRU` does.

    Example:
        >>> import numpy as np
        >>> from keras_layers import CuDNNGRU
        >>> tuple(CuDNNGRU(4)(np.zeros((2, 3, 5), "float32")).shape)
        (2, 4)
    """

    def __init__(
        self,
        units: PositiveInt,
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
        return_sequences: bool = False,
        return_state: bool = False,
        stateful: bool = False,
        **kwargs: Any,
    ) -> None:
        refuse_options(self, kwargs)
        super().__init__(**forwarded(locals()))

    def get_config(self) -> dict[str, Any]:
        return without_options(super().get_config())
