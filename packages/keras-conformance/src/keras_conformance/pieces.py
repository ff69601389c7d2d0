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


class Tables:
    """Two large tables of which a step writes rows: it adds ones to those of the first, replaces those of the second.

    Args:
        rows: of each table. Defaults to 2**18, from which on every backend writes into a table's own memory.

    Attributes:
        places: int32 (4,), the rows that are meant, one of them twice and one counted from the end.
        added, replaced: the tables, variables (rows, 16) of zeros.
        count: a variable, how many steps there were; it is what rows are replaced by.
    """

    places = np.array([3, 5, 3, -1], "int32")

    def __init__(self, rows: int = 2**18) -> None:
        self.added, self.replaced = (Variable(np.zeros((rows, 16), "float32")) for _ in range(2))
        self.count = Variable(0.0)

    @property
    def variables(self) -> list[Variable]:
        """All three."""
        return [self.added, self.replaced, self.count]

    def step(self, places: Tensor) -> list[Tensor]:
        """Writes the rows at `places`, int32 (4,); gives the sum of what the first table had there."""
        self.count.assign_add(1.0)
        before = self.added.rows(places)
        ones = ops.ones((4, 16))
        self.added.add_to_rows(places, ones)
        self.replaced.assign_rows(places, ops.multiply(ones, self.count))
        return [ops.sum(before)]

    def check(self, steps: int) -> None:
        """Asserts that all is as after so many steps at `places`."""
        assert self.count.numpy() == steps
        added, replaced = self.added.numpy(), self.replaced.numpy()
        assert (added[[3, 5, -1], 0].tolist(), replaced[[3, 5, -1], 0].tolist()) == (
            [2 * steps, steps, steps],
            [steps] * 3,
        )
        for table in (added, replaced):
            table[self.places] -= table[self.places, :1]  # each row is of one number
            assert not table.any()


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
