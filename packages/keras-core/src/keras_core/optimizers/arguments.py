"""The arguments that every optimizer takes, for type checkers and editors."""

from __future__ import annotations

import inspect
from collections.abc import Iterable
from typing import TypedDict

from keras_core.suggestions import did_you_mean


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


def unknown_arguments(optimizer: type, names: Iterable[str]) -> str:
    """The message for arguments that an optimizer's class does not take, with those it may have meant."""
    known = [p.name for p in inspect.signature(optimizer).parameters.values() if p.kind is not p.VAR_KEYWORD]
    known += [name for name in OptimizerArguments.__annotations__ if name not in known]
    given = sorted(names)
    hint = did_you_mean(given, known)
    return f"{optimizer.__name__} does not take {', '.join(given)}.{hint} It takes {', '.join(known)}."
