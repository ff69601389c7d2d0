"""The gates of an LSTM, whatever its products are."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from keras_core import Layer, activations, ops

from keras_layers.activation_attribute import ActivationAttribute
from keras_layers.parameters import add_parameter

if TYPE_CHECKING:
    from keras_core.typing import Shape, Tensor


class LSTMGates(Layer):
    """A cell whose weights have the blocks i, f, g and o: three gates and a candidate, which is the third."""

    activation: Any
    recurrent_activation = ActivationAttribute()
    bias_initializer: Any

    def _set_gates(self, recurrent_activation: Any, unit_forget_bias: bool) -> None:
        """Set the arguments."""
        self.recurrent_activation = recurrent_activation
        self.unit_forget_bias = unit_forget_bias

    def _add_bias(self, shape: Shape) -> Any:
        if not self.unit_forget_bias:
            return add_parameter(self, "bias", shape)
        return add_parameter(self, "bias", shape, initializer=self._bias_values)

    def _bias_values(self, shape: Shape, dtype: str | None = None) -> np.ndarray:
        """Values of the bias initializer, with ones for the forget gate."""
        values = np.array(self.bias_initializer(shape, dtype=dtype))
        block = len(values) // 4
        values[block : 2 * block] = 1
        return values

    def _through_gates(self, z: Tensor, memory: Tensor, axis: int = -1) -> tuple[Tensor, list[Tensor]]:
        """The output and the new states.

        Args:
            z: the four blocks, one behind the other.
            memory: the state ``c``.
            axis: axis of the blocks. Defaults to -1.
        """
        i, f, g, o = ops.split(z, 4, axis=axis)
        kept = ops.multiply(self.recurrent_activation(f), memory)
        c = ops.add(kept, ops.multiply(self.recurrent_activation(i), self.activation(g)))
        output = ops.multiply(self.recurrent_activation(o), self.activation(c))
        return output, [output, c]

    def get_config(self) -> dict[str, Any]:
        return {
            **super().get_config(),
            "recurrent_activation": activations.serialize(self.recurrent_activation),
            "unit_forget_bias": self.unit_forget_bias,
        }
