"""CosineDecay: cosine decay after an optional warmup."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from keras_core import config, ops
from keras_core.optimizers import LearningRateSchedule

if TYPE_CHECKING:
    from keras_core.typing import Tensor


class CosineDecay(LearningRateSchedule):
    """Cosine decay, optionally after a linear warmup.

    After the warmup, in step ``s`` of `decay_steps`, the rate is ``top * (alpha + (1 - alpha) * (1 + cos(pi * s /
    decay_steps)) / 2)``, and ``top * alpha`` afterwards. ``top`` is `warmup_target` where it is given, else
    `initial_learning_rate`.

    Args:
        initial_learning_rate: learning rate at step 0.
        decay_steps: number of steps of the decay, positive.
        alpha: final learning rate as a fraction of ``top``. Defaults to 0.0.
        name: name of the schedule. Defaults to "CosineDecay".
        warmup_target: learning rate at the end of the warmup; None is no warmup. Defaults to None.
        warmup_steps: number of steps of the warmup. Defaults to 0.

    Call arguments:
        step: number of the optimizer's step, from 0, an integer or a scalar tensor.

    Raises:
        ValueError: if `decay_steps` is not positive.

    Example:
        >>> from keras_optimizers.schedules import CosineDecay
        >>> rate = CosineDecay(0.0, decay_steps=10, warmup_target=1.0, warmup_steps=4)
        >>> [round(float(rate(step)), 6) for step in (2, 4, 9, 14)]
        [0.5, 1.0, 0.5, 0.0]

    Reference: Loshchilov and Hutter, "SGDR: Stochastic Gradient Descent with Warm Restarts", 2017,
        https://arxiv.org/abs/1608.03983
    """

    def __init__(
        self,
        initial_learning_rate: float,
        decay_steps: int,
        alpha: float = 0.0,
        name: str = "CosineDecay",
        warmup_target: float | None = None,
        warmup_steps: int = 0,
    ) -> None:
        if decay_steps <= 0:
            raise ValueError(f"{name}: decay_steps must be positive, got {decay_steps}.")
        self.initial_learning_rate = initial_learning_rate
        self.decay_steps = decay_steps
        self.alpha = alpha
        self.name = name
        self.warmup_target = warmup_target
        self.warmup_steps = warmup_steps

    def __call__(self, step: Any) -> Tensor:
        step = ops.cast(step, config.floatx())
        if self.warmup_target is None:
            return self._descent(step, self.initial_learning_rate)
        if not self.warmup_steps:
            return self._descent(step, self.warmup_target)
        slope = (self.warmup_target - self.initial_learning_rate) / self.warmup_steps
        rise = ops.add(ops.multiply(step, slope), self.initial_learning_rate)
        descent = self._descent(ops.subtract(step, float(self.warmup_steps)), self.warmup_target)
        return ops.where(ops.less(step, float(self.warmup_steps)), rise, descent)

    def _descent(self, step: Tensor, top: float) -> Tensor:
        angle = ops.multiply(ops.clip(step, 0.0, float(self.decay_steps)), math.pi / self.decay_steps)
        height = top * (1 - self.alpha) / 2
        return ops.add(ops.multiply(ops.add(ops.cos(angle), 1.0), height), top * self.alpha)

    def get_config(self) -> dict[str, Any]:
        return {
            "initial_learning_rate": self.initial_learning_rate,
            "decay_steps": self.decay_steps,
            "alpha": self.alpha,
            "name": self.name,
            "warmup_target": self.warmup_target,
            "warmup_steps": self.warmup_steps,
        }
