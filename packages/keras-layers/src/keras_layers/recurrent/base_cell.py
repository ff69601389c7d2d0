"""Base of the built-in cells."""

from __future__ import annotations

from functools import partial
from typing import Any

from keras_core import Layer, activations, initializers, ops, random
from keras_core.typing import Shape, Tensor

from keras_layers.activation_attribute import ActivationAttribute
from keras_layers.checks import fraction, known_axis, positive_int
from keras_layers.old_names import RECURRENT, RECURRENT_HINTS, old_names
from keras_layers.parameters import add_parameter, options_config, set_options
from keras_layers.shapes import is_symbolic

DropoutMasks = tuple[Tensor | None, Tensor | None]


class BaseCell(Layer):
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
        units: int,
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
        self.units = positive_int(self, "units", units)
        self.activation = activation
        self.use_bias = use_bias
        set_options(self, "kernel", kernel_initializer, kernel_regularizer, kernel_constraint)
        set_options(self, "recurrent", recurrent_initializer, recurrent_regularizer, recurrent_constraint)
        set_options(self, "bias", bias_initializer, bias_regularizer, bias_constraint)
        self.dropout = fraction(self, "dropout", dropout)
        self.recurrent_dropout = fraction(self, "recurrent_dropout", recurrent_dropout)
        self.seed = seed
        self.seed_generator = random.SeedGenerator(seed)
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

    def dropout_masks(self, inputs: Tensor, states: list[Tensor], training: bool | None) -> DropoutMasks:
        """Factors for the inputs and the first state that drop parts of them; None where nothing is dropped.

        Args:
            inputs: one time step, ``(batch, features)``.
            states: states, the first ``(batch, units)``.
            training: whether anything is dropped at all.
        """
        if not training or is_symbolic(inputs):
            return None, None
        return self._mask(inputs, self.dropout), self._mask(states[0], self.recurrent_dropout)

    def _mask(self, like: Tensor, rate: float) -> Tensor | None:
        if rate == 0:
            return None
        return random.dropout(ops.ones_like(like), rate, seed=self.seed_generator)

    def _dropped(
        self, inputs: Tensor, states: list[Tensor], training: bool | None, masks: DropoutMasks | None
    ) -> tuple[Tensor, Tensor]:
        """Inputs and first state with dropout applied."""
        of_inputs, of_state = self.dropout_masks(inputs, states, training) if masks is None else masks
        x = inputs if of_inputs is None else ops.multiply(inputs, of_inputs)
        h = states[0] if of_state is None else ops.multiply(states[0], of_state)
        return x, h

    def get_config(self) -> dict[str, Any]:
        return {
            **super().get_config(),
            "units": self.units,
            "activation": activations.serialize(self.activation),
            "use_bias": self.use_bias,
            **options_config(self, "kernel", "recurrent", "bias"),
            "dropout": self.dropout,
            "recurrent_dropout": self.recurrent_dropout,
            "seed": self.seed,
        }


def as_list(states: Any) -> list[Any]:
    """States as a list, also those of a cell with a single one."""
    return list(states) if isinstance(states, (list, tuple)) else [states]


def in_form_of(given: Any, new: list[Tensor]) -> Any:
    """New states in the form of the given ones: a list, or a single tensor."""
    return new if isinstance(given, (list, tuple)) else new[0]
