"""Adafactor: second moments of matrices by their rows and columns."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Unpack

from keras_core import Variable, ops
from keras_core.optimizers import Optimizer, OptimizerArguments
from keras_core.saving import ChosenArrays, sorted_names

if TYPE_CHECKING:
    from collections.abc import Mapping

    from keras_core.typing import Tensor


class Adafactor(Optimizer):
    """Adafactor: steps as of Adam without a first moment, whose second moments take little memory.

    Of a matrix, only the moving averages ``r`` of the rows and ``c`` of the columns of ``g ** 2 + epsilon_1`` are kept;
    ``v = r * c / mean(r)``. What has more axes is a stack of matrices, what has fewer keeps ``v`` itself. In step
    ``t``, counted from 1, the averages decay by ``1 - t ** beta_2_decay``, ``u = g / sqrt(v)`` is divided by
    ``max(1, rms(u) / clip_threshold)``, and ``w -= max(epsilon_2, rms(w)) * rate * u``.

    Args:
        learning_rate: a number, a `LearningRateSchedule`, or a function without arguments that returns a number.
            Defaults to 0.001.
        beta_2_decay: exponent of the decay rate of second moments, below 0. Defaults to -0.8.
        epsilon_1: what is added to the squares of gradients. Defaults to 1e-30.
        epsilon_2: least root mean square that a variable is taken to have. Defaults to 0.001.
        clip_threshold: greatest root mean square of ``u``. Defaults to 1.0.
        relative_step: whether the rate is at most ``1 / sqrt(t)``. Defaults to True.
        **kwargs: arguments of every optimizer: `weight_decay`, `clipnorm`, `clipvalue`, `global_clipnorm`, `use_ema`,
            `ema_momentum`, `ema_overwrite_frequency`, `loss_scale_factor`, `gradient_accumulation_steps` and `name`,
            see `keras.optimizers.Optimizer`.

    Raises:
        ValueError: if an argument of every optimizer is unknown or out of range.

    Example:
        >>> from keras_core import Variable
        >>> from keras_optimizers import Adafactor
        >>> w = Variable([1.0, 1.0])
        >>> Adafactor(0.1).apply([[1.0, -2.0]], [w])
        >>> [round(value, 4) for value in w.numpy().tolist()]
        [0.9, 1.1]

    Reference: Shazeer and Stern, "Adafactor: Adaptive Learning Rates with Sublinear Memory Cost", 2018,
        https://arxiv.org/abs/1804.04235
    """

    def __init__(
        self,
        learning_rate: Any = 0.001,
        beta_2_decay: float = -0.8,
        epsilon_1: float = 1e-30,
        epsilon_2: float = 1e-3,
        clip_threshold: float = 1.0,
        relative_step: bool = True,
        **kwargs: Unpack[OptimizerArguments],
    ) -> None:
        super().__init__(learning_rate, **kwargs)
        self.beta_2_decay = beta_2_decay
        self.epsilon_1 = epsilon_1
        self.epsilon_2 = epsilon_2
        self.clip_threshold = clip_threshold
        self.relative_step = relative_step
        self._moments: list[list[Variable]] = []

    def make_slots(self, variables: list[Variable]) -> None:
        for variable in variables:
            self._moments.append([self._moment(variable, name, axis) for name, axis in _moments_of(variable)])

    def _moment(self, variable: Variable, name: str, axis: int | None) -> Variable:
        shape = list(variable.shape)
        if axis is not None:
            del shape[axis]
        prefix = variable.path.replace("/", "_")
        return self.add_variable(shape, dtype=variable.dtype, name=f"{prefix}_{name}")

    def update_step(self, gradient: Tensor, variable: Variable, learning_rate: Tensor) -> None:
        dtype = variable.dtype
        fresh, highest = self.shared_values(dtype)
        rate = ops.cast(learning_rate, dtype)
        if self.relative_step:
            rate = ops.minimum(rate, highest)
        squares = ops.add(ops.square(gradient), self.epsilon_1)
        moved = []
        for average, (_, axis) in zip(
            self._moments[self._get_variable_index(variable)], _moments_of(variable), strict=True
        ):
            new = squares if axis is None else ops.mean(squares, axis=axis)
            new = ops.add(average, ops.multiply(ops.subtract(new, average), fresh))
            self.assign(average, new)
            moved.append(new)
        if len(moved) == 2:
            rows, columns = moved
            rows = ops.divide(rows, ops.mean(rows, axis=-1, keepdims=True))
            second = ops.multiply(ops.expand_dims(rows, -1), ops.expand_dims(columns, -2))
        else:
            second = moved[0]
        update = ops.divide(gradient, ops.sqrt(second))
        update = ops.divide(update, ops.maximum(ops.divide(_rms(update), self.clip_threshold), 1.0))
        scale = ops.multiply(ops.maximum(_rms(variable), self.epsilon_2), rate)
        self.assign_sub(variable, ops.multiply(update, scale))

    def step_values(self, dtype: str) -> tuple[Tensor, Tensor]:
        """The share of new squares in the averages, and the highest rate with `relative_step`."""
        step = ops.cast(ops.add(self.iterations, 1), dtype)
        return ops.power(step, self.beta_2_decay), ops.rsqrt(step)

    def load_own_variables(self, store: Mapping[str, Any]) -> None:
        """Take the state from `store`; Keras 3's, which also holds a moment of each matrix that it uses for nothing."""
        kept = len(self.variables) - sum(map(len, self._moments))
        unused = []
        place = kept
        for moments in self._moments:
            place += len(moments)
            if len(moments) == 2:
                unused.append(str(place))
                place += 1
        if unused and len(store) == place:
            store = ChosenArrays(store, [name for name in sorted_names(store) if name not in unused])
        super().load_own_variables(store)

    def get_config(self) -> dict[str, Any]:
        return {
            **super().get_config(),
            "beta_2_decay": self.beta_2_decay,
            "epsilon_1": self.epsilon_1,
            "epsilon_2": self.epsilon_2,
            "clip_threshold": self.clip_threshold,
            "relative_step": self.relative_step,
        }


def _moments_of(variable: Variable) -> list[tuple[str, int | None]]:
    """Names of the moments of a variable, each with the axis over which it is a mean."""
    return [("row", -1), ("column", -2)] if len(variable.shape) >= 2 else [("velocity", None)]


def _rms(x: Any) -> Tensor:
    return ops.sqrt(ops.mean(ops.square(x)))
