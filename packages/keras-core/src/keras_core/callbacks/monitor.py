"""Watching one number, for callbacks that act when it gets better or stays."""

from __future__ import annotations

import math
import warnings
from typing import TYPE_CHECKING, Any

import numpy as np

from keras_core.callbacks.logs import AliasedDict

if TYPE_CHECKING:
    from collections.abc import Mapping

_HIGHER = (
    *("acc", "auc", "precision", "recall", "f1", "fbeta", "fmeasure", "score", "iou", "io_u", "r2", "true"),
    *("sensitivity", "specificity", "correlation", "cosine", "dice", "psnr", "ssim"),
)
_LOWER = (
    *("loss", "error", "mse", "mae", "mape", "msle", "rmse", "crossentropy", "hinge", "diverg"),
    *("kld", "poisson", "logcosh", "log_cosh", "huber", "perplexity", "false"),
)


class Monitor:
    """Knows the name of a number and which way is better.

    Args:
        owner: the callback's name, for messages.
        name: what is watched; 'acc' also finds 'accuracy', and so on.
        mode: "min", "max" or "auto", which decides by the name.
        min_delta: a smaller change is none.
    """

    def __init__(self, owner: str, name: str, mode: str, min_delta: float = 0.0) -> None:
        if mode not in ("auto", "min", "max"):
            raise ValueError(f"{owner}: mode must be 'auto', 'min' or 'max', got {mode!r}.")
        self.owner = owner
        self.name = name
        self.higher_is_better = mode == "max" or (mode == "auto" and self._guess())
        self.min_delta = abs(min_delta)

    def _guess(self) -> bool:
        name = self.name.lower()
        if any(part in name for part in _LOWER):
            return False
        if any(part in name for part in _HIGHER):
            return True
        warnings.warn(
            f"{self.owner}: the name '{self.name}' does not tell whether higher is better; lower is "
            "taken to be. Give mode='min' or mode='max'."
        )
        return False

    @property
    def op(self) -> Any:
        """NumPy's function that says whether one number is better than another."""
        return np.greater if self.higher_is_better else np.less

    @property
    def worst(self) -> float:
        """What every number is better than."""
        return -math.inf if self.higher_is_better else math.inf

    def read(self, logs: Mapping[str, Any] | None) -> float | None:
        """The number, or None with a warning when it is not there."""
        logs = logs if isinstance(logs, AliasedDict) else AliasedDict(logs or {})
        value = logs.get(self.name)
        if value is None:
            warnings.warn(
                f"{self.owner}: '{self.name}' is not among what was measured: "
                f"{', '.join(logs) or 'nothing'}. Change `monitor`, or give validation data."
            )
            return None
        return float(value)

    def is_better(self, value: float, than: float) -> bool:
        """Whether `value` is better by more than `min_delta`."""
        if self.higher_is_better:
            return value - self.min_delta > than
        return value + self.min_delta < than


class Monitoring:
    """The part of a callback that tells, and takes, the `min_delta` of its monitor."""

    _monitor: Monitor

    @property
    def min_delta(self) -> float:
        """The change that counts as better."""
        return self._monitor.min_delta

    @min_delta.setter
    def min_delta(self, value: float) -> None:
        self._monitor.min_delta = abs(value)
