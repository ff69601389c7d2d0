"""CosineDecayRestarts: cosine decay with warm restarts."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from keras_core import config, ops
from keras_core.optimizers import LearningRateSchedule

if TYPE_CHECKING:
    from keras_core.typing import Tensor


class CosineDecayRestarts(LearningRateSchedule):
    """Cosine decay with warm restarts: repeated decays, each `t_mul` times longer than the previous one.

    In the fraction ``f`` of decay ``i``, counted from 0, the rate is ``initial_learning_rate * (alpha + (1 - alpha) *
    m_mul ** i * (1 + cos(pi * f)) / 2)``.

    Args:
        initial_learning_rate: learning rate at step 0.
        first_decay_steps: number of steps of the first decay, positive.
        t_mul: ratio of the lengths of successive decays, at least 1. Defaults to 2.0.
        m_mul: ratio of the initial rates of successive decays. Defaults to 1.0.
        alpha: lowest learning rate as a fraction of the initial one. Defaults to 0.0.
        name: name of the schedule. Defaults to "SGDRDecay".

    Call arguments:
        step: number of the optimizer's step, from 0, an integer or a scalar tensor.

    Raises:
        ValueError: if `first_decay_steps` is not positive, or `t_mul` is below 1.

    Example:
        >>> from keras_optimizers.schedules import CosineDecayRestarts
        >>> rate = CosineDecayRestarts(1.0, first_decay_steps=10, m_mul=0.5)
        >>> [round(float(rate(step)), 6) for step in (0, 5, 10, 20)]
        [1.0, 0.5, 0.5, 0.25]

    Reference: Loshchilov and Hutter, "SGDR: Stochastic Gradient Descent with Warm Restarts", 2017,
        https://arxiv.org/abs/1608.03983
    """

    def __init__(
        self,
        initial_learning_rate: float,
        first_decay_steps: int,
        t_mul: float = 2.0,
        m_mul: float = 1.0,
        alpha: float = 0.0,
        name: str = "SGDRDecay",
    ) -> None:
        if first_decay_steps <= 0:
            raise ValueError(f"{name}: first_decay_steps must be positive, got {first_decay_steps}.")
        if t_mul < 1:
            raise ValueError(f"{name}: t_mul must be at least 1, got {t_mul}.")
        self.initial_learning_rate = initial_learning_rate
        self.first_decay_steps = first_decay_steps
        self.t_mul = t_mul
        self.m_mul = m_mul
        self.alpha = alpha
        self.name = name

    def __call__(self, step: Any) -> Tensor:
        passed = ops.divide(ops.cast(step, config.floatx()), self.first_decay_steps)
        restarts, passed = self._period(passed)
        tops = ops.power(ops.cast(self.m_mul, config.floatx()), restarts)
        wave = ops.multiply(ops.add(ops.cos(ops.multiply(passed, math.pi)), 1.0), (1 - self.alpha) / 2)
        return ops.multiply(ops.add(ops.multiply(wave, tops), self.alpha), self.initial_learning_rate)

    def _period(self, passed: Tensor) -> tuple[Tensor, Tensor]:
        """How many descents are over, and the share of the present one that has passed."""
        if self.t_mul == 1:
            restarts = ops.floor(passed)
            return restarts, ops.subtract(passed, restarts)
        growth = self.t_mul - 1
        # After n descents sum(t_mul**i for i < n) = (t_mul**n - 1) / growth first lengths have passed.
        grown = ops.add(ops.multiply(passed, growth), 1.0)
        restarts = ops.floor(ops.add(ops.divide(ops.log(grown), math.log(self.t_mul)), 1e-6))
        length = ops.power(ops.cast(self.t_mul, config.floatx()), restarts)
        start = ops.divide(ops.subtract(length, 1.0), growth)
        return restarts, ops.maximum(ops.divide(ops.subtract(passed, start), length), 0.0)

    def get_config(self) -> dict[str, Any]:
        return {
            "initial_learning_rate": self.initial_learning_rate,
            "first_decay_steps": self.first_decay_steps,
            "t_mul": self.t_mul,
            "m_mul": self.m_mul,
            "alpha": self.alpha,
            "name": self.name,
        }
