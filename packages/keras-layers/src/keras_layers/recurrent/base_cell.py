"""Base of the built-in cells."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from keras_core import activations, initializers, ops

from keras_layers.activation_attribute import ActivationAttribute
from keras_layers.checks import known_axis
from keras_layers.old_names import RECURRENT, RECURRENT_HINTS, old_names
from keras_layers.parameters import add_parameter, options_config, set_options
from keras_layers.recurrent.cell_dropout import CellDropout

if TYPE_CHECKING:
    from keras_core.typing import PositiveInt, Shape, Tensor


class BaseCell(CellDropout):
    """One time step of a recurrent layer with `gates` blocks of weights.

    Weights are `kernel` ``(features, gates * units)``, `recurrent_kernel` ``(units, gates * units)``
    and the bias. An identity or orthogonal recurrent kernel is one in the block of each gate. While
    training, one mask a sequence drops inputs, another drops the state.
    """

    gates: int
    activation = ActivationAttribute()
    recurrent_initializer: Any

    @old_names(keras1=RECURRENT, keras2=RECURRENT_HINTS)
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
        kernel_constraint: Any = None,
        recurrent_constraint: Any = None,
        bias_constraint: Any = None,
        dropout: float = 0.0,
        recurrent_dropout: float = 0.0,
        seed: int | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.units = units
        self.activation = activation
        self.use_bias = use_bias
        set_options(self, "kernel", kernel_initializer, kernel_regularizer, kernel_constraint)
        set_options(self, "recurrent", recurrent_initializer, recurrent_regularizer, recurrent_constraint)
        set_options(self, "bias", bias_initializer, bias_regularizer, bias_constraint)
        self._set_dropout(dropout, recurrent_dropout, seed)
        self.state_size: int | list[int] = self.units
        self.output_size = self.units

    def build(self, input_shape: Shape) -> None:
        features = known_axis(self, input_shape, -1, "the number of features")
        width = self.gates * self.units
        self.kernel = add_parameter(self, "kernel", (features, width))
        values: dict[str, Any] = {}
        if isinstance(self.recurrent_initializer, (initializers.Identity, initializers.Orthogonal)):
            values["initializer"] = partial(self.recurrent_initializer, blocks=self.gates)
        self.recurrent_kernel = add_parameter(
            self, "recurrent_kernel", (self.units, width), options="recurrent", **values
        )
        self.bias = self._add_bias((width,)) if self.use_bias else None

    def _add_bias(self, shape: Shape) -> Any:
        return add_parameter(self, "bias", shape)

    def get_initial_state(self, batch_size: Any = None, inputs: Any = None, dtype: Any = None) -> list[Tensor]:
        """Zeros, one tensor ``(batch, units)`` for each state."""
        if batch_size is None:
            batch_size = ops.shape(inputs)[0]
        sizes = self.state_size if isinstance(self.state_size, list) else [self.state_size]
        return [ops.zeros((batch_size, size), dtype=dtype or self.compute_dtype) for size in sizes]

    def get_config(self) -> dict[str, Any]:
        return {
            **super().get_config(),
            "units": self.units,
            "activation": activations.serialize(self.activation),
            "use_bias": self.use_bias,
            **options_config(self, "kernel", "recurrent", "bias"),
            **self._dropout_config(),
        }


def as_list(states: Any) -> list[Any]:
    """States as a list, also those of a cell with a single one."""
    return list(states) if isinstance(states, (list, tuple)) else [states]


def in_form_of(given: Any, new: list[Tensor]) -> Any:
    """New states in the form of the given ones: a list, or a single tensor."""
    return new if isinstance(given, (list, tuple)) else new[0]
