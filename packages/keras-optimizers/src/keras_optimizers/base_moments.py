"""Base of Adam and its variants: first and second moments of gradients."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Unpack

from keras_core import Variable, config, ops
from keras_core.optimizers import Optimizer, OptimizerArguments

if TYPE_CHECKING:
    from keras_core.typing import DecayRate, Tensor


class BaseMoments(Optimizer):
    """Keeps a first and a second moment of each gradient, with decay rates `beta_1` and `beta_2`."""

    slot_names = ("momentum", "velocity")

    def __init__(
        self,
        learning_rate: Any,
        beta_1: DecayRate,
        beta_2: DecayRate,
        epsilon: float | None,
        **kwargs: Unpack[OptimizerArguments],
    ) -> None:
        super().__init__(learning_rate, **kwargs)
        self.beta_1 = beta_1
        self.beta_2 = beta_2
        self.epsilon = config.epsilon() if epsilon is None else epsilon
        self._first_moments: list[Variable] = []
        self._second_moments: list[Variable] = []

    def make_slots(self, variables: list[Variable]) -> None:
        self._first_moments, self._second_moments = self.add_optimizer_variables(variables, self.slot_names)

    def _missing(self, keep: float, dtype: str) -> Tensor:
        """By what a moving average that began with 0 is smaller after this step: `1 - keep ** t`."""
        step = ops.cast(ops.add(self.iterations, 1), dtype)
        return ops.subtract(1.0, ops.power(ops.cast(keep, dtype), step))

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "beta_1": self.beta_1, "beta_2": self.beta_2, "epsilon": self.epsilon}
