"""Finding a learning rate: a short training in which it grows from step to step."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from keras_core import ops
from keras_core.callbacks.curves import let_go, pyplot
from keras_core.optimizers.native_optimizer import NativeOptimizer
from keras_core.optimizers.schedule import LearningRateSchedule
from keras_core.training.loop import StepRunner
from keras_core.training.steps_per_call import StepsPerCall
from keras_core.training.undoing import undone

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from keras_core.optimizers.optimizer import Optimizer
    from keras_core.training.data import Batch
    from keras_core.training.feed import Feed
    from keras_core.training.programs import Programs
    from keras_core.training.state import TrainingState
    from keras_core.typing import Tensor

    Calls: TypeAlias = Iterator[tuple[np.ndarray | None, Batch]]

_WIDTH = 0.05
"""The share of the steps that is one standard deviation of the bell curve by which losses are smoothed."""

_RECENT = 5
"""Of so many steps is the mean that tells whether the loss grows beyond measure, ..."""

_DIVERGED = 4.0
"""... which is so many times the lowest such mean, or not finite."""

_LEAST = 10
"""The fewest steps that say anything."""


@dataclass(frozen=True)
class LearningRateSearch:
    """What `Model.find_learning_rate` found.

    Args:
        learning_rates: the learning rate of each step.
        losses: the loss of each step, before its update.

    Example:
        >>> from keras_core.training.learning_rate_search import LearningRateSearch
        >>> search = LearningRateSearch([0.001, 0.01, 0.1], [3.0, 2.0, 9.0])
        >>> search.suggestion is None
        True
    """

    learning_rates: Sequence[float]
    losses: Sequence[float]

    @property
    def smoothed(self) -> list[float]:
        """The losses as means over those of the steps around, by the bell curve."""
        steps = np.arange(len(self.losses))
        width = max(len(steps) * _WIDTH, 1.0)
        weights = np.exp(-0.5 * ((steps[:, None] - steps) / width) ** 2)
        found: list[float] = (weights @ np.array(self.losses, "float64") / weights.sum(1)).tolist()
        return found

    @property
    def suggestion(self) -> float | None:
        """The learning rate at which the smoothed loss is half on its way to the lowest, about where it falls fastest.

        The slope itself would follow the noise, since each step has another batch. None where the loss never falls, and
        of too few steps.
        """
        if len(self.losses) < _LEAST:
            return None
        smoothed = np.array(self.smoothed)
        first = float(np.median(self.losses[: max(len(smoothed) // 4, 1)]))
        lowest = int(np.argmin(smoothed))
        higher = np.flatnonzero(smoothed[:lowest] >= (first + smoothed[lowest]) / 2)
        return float(self.learning_rates[int(higher[-1])]) if len(higher) and smoothed[lowest] < first else None

    def plot(self, axes: Any = None) -> Any:
        """Draw loss over learning rate, with the suggestion as a dot.

        Args:
            axes: Matplotlib's axes to draw on; those of a new figure by default.

        Returns:
            The axes.

        Raises:
            ImportError: where Matplotlib is not installed.
        """
        if axes is None:
            plt = pyplot("LearningRateSearch.plot()")
            figure, axes = plt.subplots()
            let_go(figure, plt)
        axes.plot(self.learning_rates, self.losses, alpha=0.4, label="loss")
        axes.plot(self.learning_rates, self.smoothed, label="smoothed")
        if self.suggestion is not None:
            at = list(self.learning_rates).index(self.suggestion)
            axes.plot([self.suggestion], [self.smoothed[at]], "o", label=f"suggestion: {self.suggestion:.2g}")
        axes.set(xscale="log", xlabel="learning rate", ylabel="loss")
        axes.legend()
        return axes


def search_learning_rate(
    state: TrainingState, programs: Programs, feed: Feed, min_lr: float, max_lr: float, steps: int
) -> LearningRateSearch:
    """See `Model.find_learning_rate`.

    Args:
        state: the state of the model's training, all of which is built.
        programs: the model's programs.
        feed: the data.
        min_lr: learning rate of the first step.
        max_lr: learning rate of the last step.
        steps: number of steps.

    Raises:
        ValueError: for limits that are none, and for an optimizer without a learning rate.
    """
    optimizer = state.optimizer
    if not 0 < min_lr < max_lr < math.inf:
        raise ValueError(f"find_learning_rate(): 0 < min_lr < max_lr is needed, got {min_lr!r} and {max_lr!r}.")
    if steps < _LEAST:
        raise ValueError(f"find_learning_rate(): at least {_LEAST} steps say something, got steps={steps}.")
    if optimizer is None or isinstance(optimizer, NativeOptimizer):
        raise ValueError(
            f"find_learning_rate() needs an optimizer of Keras, whose learning rate can be set; model "
            f"{state.model.name!r} has {optimizer!r}."
        )
    factor = (max_lr / min_lr) ** (1 / (steps - 1))
    growth = _Growth(min_lr, factor, int(optimizer.iterations.numpy()))
    with undone(state, programs):
        return _run(state, programs, optimizer, feed.calls(StepsPerCall(fixed=1), steps), feed.checked, growth)


def _run(
    state: TrainingState, programs: Programs, optimizer: Optimizer, calls: Calls, checked: bool, growth: _Growth
) -> LearningRateSearch:
    runner = StepRunner(state, programs, "train", checked)
    kept = optimizer.get_learning_rate()
    rates: list[float] = []
    losses: list[float] = []
    lowest = math.inf
    optimizer.learning_rate = growth
    try:
        for rows, batch in runner.calls(calls):
            rate = growth.at(int(optimizer.iterations.numpy()))
            state.model.reset_metrics()
            loss = float(runner.run(rows, batch).fetch()["loss"])
            if not math.isfinite(loss):
                break
            rates.append(rate)
            losses.append(loss)
            recent = float(np.mean(losses[-_RECENT:]))
            lowest = min(lowest, recent)
            if len(losses) >= _LEAST and recent > _DIVERGED * lowest:
                break
    finally:
        optimizer.learning_rate = kept
    return LearningRateSearch(rates, losses)


class _Growth(LearningRateSchedule):
    """A learning rate that grows by one factor from step to step."""

    def __init__(self, min_lr: float, factor: float, since: int) -> None:
        self.min_lr, self.factor, self.since = min_lr, factor, since

    def __call__(self, step: Tensor) -> Tensor:
        steps = ops.cast(ops.subtract(step, self.since), "float32")
        return ops.multiply(ops.exp(ops.multiply(steps, math.log(self.factor))), self.min_lr)

    def at(self, step: int) -> float:
        """The learning rate of a step, as a number."""
        return float(self.min_lr * self.factor ** (step - self.since))

    def get_config(self) -> dict[str, Any]:
        return {"min_lr": self.min_lr, "factor": self.factor, "since": self.since}
