"""The arguments that every optimizer takes, for type checkers and editors."""

from __future__ import annotations

from typing import TypedDict


class OptimizerArguments(TypedDict, total=False):
    """Keyword arguments that a subclass hands on to `Optimizer`, which says what they do."""

    weight_decay: float | None
    clipnorm: float | None
    clipvalue: float | None
    global_clipnorm: float | None
    use_ema: bool
    ema_momentum: float
    ema_overwrite_frequency: int | None
    loss_scale_factor: float | None
    gradient_accumulation_steps: int | None
    name: str | None
    lr: float
    decay: float
