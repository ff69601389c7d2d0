"""Small layers and an optimizer for the kit's own tests, which need no package but keras-core."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from keras_core import Layer, Optimizer, Variable, ops
from keras_core.random import SeedGenerator, dropout

if TYPE_CHECKING:
    from keras_core.typing import Tensor


class Affine(Layer):
    """``x @ kernel + bias``, optionally through tanh.

    Args:
        units: size of the output's last axis.
        tanh: whether to apply tanh. Defaults to False.
        **kwargs: arguments of `Layer`.
    """

    def __init__(self, units: int, tanh: bool = False, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.units = units
        self.tanh = tanh

    def build(self, input_shape: Any) -> None:
        self.kernel = self.add_weight(name="kernel", shape=(input_shape[-1], self.units))
        self.bias = self.add_weight(name="bias", shape=(self.units,), initializer="zeros")

    def call(self, inputs: Tensor) -> Tensor:
        y = ops.matmul(inputs, self.kernel) + self.bias
        return ops.tanh(y) if self.tanh else y


class Drop(Layer):
    """Dropout, with its random state.

    Args:
        rate: fraction of the inputs to drop.
        seed: an int, for reproducible masks; None draws one. Defaults to None.
        **kwargs: arguments of `Layer`.
    """

    def __init__(self, rate: float, seed: int | None = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.rate = rate
        self.seed_generator = SeedGenerator(seed)

    def call(self, inputs: Tensor, training: bool | None = None) -> Tensor:
        return dropout(inputs, self.rate, seed=self.seed_generator) if training else inputs


class RunningMean(Layer):
    """Subtracts a moving average of its inputs: state that a forward pass writes."""

    def build(self, input_shape: Any) -> None:
        self.mean = self.add_weight(name="mean", shape=(input_shape[-1],), initializer="zeros", trainable=False)

    def call(self, inputs: Tensor, training: bool | None = None) -> Tensor:
        if training:
            self.mean.assign(self.mean * 0.5 + ops.mean(inputs, axis=0) * 0.5)
        return inputs - self.mean


class Descent(Optimizer):
    """Gradient descent with momentum 0.9."""

    def make_slots(self, variables: list[Variable]) -> None:
        self.velocities = self.add_optimizer_variables(variables, "velocity")

    def update_step(self, gradient: Tensor, variable: Variable, learning_rate: Tensor) -> None:
        velocity = self.velocities[self._get_variable_index(variable)]
        new = velocity * 0.9 - gradient * ops.cast(learning_rate, variable.dtype)
        velocity.assign(new)
        variable.assign(variable + new)


def problem(rows: int = 70, features: int = 5, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """A linear regression with a little noise: x (rows, features), y (rows, 1), float32.

    Args:
        rows: number of samples. Defaults to 70.
        features: number of inputs. Defaults to 5.
        seed: seed of the data. Defaults to 0.
    """
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(rows, features)).astype("float32")
    y = x @ rng.normal(size=(features, 1)) + 0.01 * rng.normal(size=(rows, 1))
    return x, y.astype("float32")
