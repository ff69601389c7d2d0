"""Ftrl: follow the regularized leader, for sparse linear models."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Unpack

from keras_core import Variable, ops
from keras_core.optimizers import Optimizer, OptimizerArguments

if TYPE_CHECKING:
    from keras_core.typing import Tensor


class Ftrl(Optimizer):
    """FTRL-Proximal: follow the regularized leader, for sparse linear models.

    With ``n`` the sum of squared gradients, ``p = -learning_rate_power`` and the linear term ``z``, ``z += g - (n_new
    ** p - n ** p) / learning_rate * w`` and ``w = (clip(z, -l1, l1) - z) / ((beta + n_new ** p) / learning_rate + 2 *
    l2)``.

    Args:
        learning_rate: a number, a `LearningRateSchedule`, or a function without arguments that returns a number.
            Defaults to 0.001.
        learning_rate_power: exponent of the decay of the learning rate, at most 0; 0 keeps it constant. Defaults to
            -0.5.
        initial_accumulator_value: initial value of the sum of squares, at least 0. Defaults to 0.1.
        l1_regularization_strength: L1 penalty, at least 0; large values give weights of exactly 0. Defaults to 0.0.
        l2_regularization_strength: L2 penalty, at least 0. Defaults to 0.0.
        l2_shrinkage_regularization_strength: L2 penalty on the size of the loss, at least 0: adds ``2 * strength * w``
            to the gradient that enters ``z``, but not to the one that enters ``n``. Defaults to 0.0.
        beta: number added to the power of the sum of squares. Defaults to 0.0.
        **kwargs: arguments of every optimizer: `weight_decay`, `clipnorm`, `clipvalue`, `global_clipnorm`, `use_ema`,
            `ema_momentum`, `ema_overwrite_frequency`, `loss_scale_factor`, `gradient_accumulation_steps` and `name`,
            see `keras.optimizers.Optimizer`.

    Raises:
        ValueError: if `learning_rate_power` is positive, a strength or `initial_accumulator_value` is negative, or an
            argument of every optimizer is unknown or out of range.

    Example:
        >>> from keras_core import Variable
        >>> from keras_optimizers import Ftrl
        >>> w = Variable([1.0, 2.0])
        >>> Ftrl(0.1).apply([[1.0, -1.0]], [w])
        >>> [round(value, 4) for value in w.numpy().tolist()]
        [0.6031, 1.4923]

    Reference: McMahan et al., "Ad Click Prediction: a View from the Trenches", 2013,
        https://doi.org/10.1145/2487575.2488200
    """

    elementwise = True

    def __init__(
        self,
        learning_rate: Any = 0.001,
        learning_rate_power: float = -0.5,
        initial_accumulator_value: float = 0.1,
        l1_regularization_strength: float = 0.0,
        l2_regularization_strength: float = 0.0,
        l2_shrinkage_regularization_strength: float = 0.0,
        beta: float = 0.0,
        **kwargs: Unpack[OptimizerArguments],
    ) -> None:
        super().__init__(learning_rate, **kwargs)
        if learning_rate_power > 0:
            raise ValueError(f"Ftrl: learning_rate_power must not be positive, got {learning_rate_power}.")
        strengths = {
            "initial_accumulator_value": initial_accumulator_value,
            "l1_regularization_strength": l1_regularization_strength,
            "l2_regularization_strength": l2_regularization_strength,
            "l2_shrinkage_regularization_strength": l2_shrinkage_regularization_strength,
        }
        for name, value in strengths.items():
            if value < 0:
                raise ValueError(f"Ftrl: {name} must not be negative, got {value}.")
        self.learning_rate_power = learning_rate_power
        self.initial_accumulator_value = initial_accumulator_value
        self.l1_regularization_strength = l1_regularization_strength
        self.l2_regularization_strength = l2_regularization_strength
        self.l2_shrinkage_regularization_strength = l2_shrinkage_regularization_strength
        self.beta = beta
        self._accumulated: list[Variable] = []
        self._linear: list[Variable] = []

    def make_slots(self, variables: list[Variable]) -> None:
        self._accumulated, self._linear = self.add_optimizer_variables(
            variables, ("accumulator", "linear"), [self.initial_accumulator_value, "zeros"]
        )

    def update_step(self, gradient: Tensor, variable: Variable, learning_rate: Tensor) -> None:
        index = self._get_variable_index(variable)
        accumulated, linear = self._accumulated[index], self._linear[index]
        rate = ops.cast(learning_rate, variable.dtype)
        power = -self.learning_rate_power
        total = ops.add(accumulated, ops.square(gradient))
        new_root, old_root = ops.power(total, power), ops.power(accumulated, power)
        if self.l2_shrinkage_regularization_strength:
            pull = ops.multiply(variable, 2 * self.l2_shrinkage_regularization_strength)
            gradient = ops.add(gradient, pull)
        growth = ops.divide(ops.subtract(new_root, old_root), rate)
        z = ops.subtract(ops.add(linear, gradient), ops.multiply(growth, variable))
        curvature = ops.divide(ops.add(new_root, self.beta), rate)
        if self.l2_regularization_strength:
            curvature = ops.add(curvature, 2 * self.l2_regularization_strength)
        limit = self.l1_regularization_strength
        self.assign(accumulated, total)
        self.assign(linear, z)
        self.assign(variable, ops.divide(ops.subtract(ops.clip(z, -limit, limit), z), curvature))

    def get_config(self) -> dict[str, Any]:
        return {
            **super().get_config(),
            "learning_rate_power": self.learning_rate_power,
            "initial_accumulator_value": self.initial_accumulator_value,
            "l1_regularization_strength": self.l1_regularization_strength,
            "l2_regularization_strength": self.l2_regularization_strength,
            "l2_shrinkage_regularization_strength": self.l2_shrinkage_regularization_strength,
            "beta": self.beta,
        }
