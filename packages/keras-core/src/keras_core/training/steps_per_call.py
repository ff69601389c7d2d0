"""How many steps one compiled call runs."""

from __future__ import annotations

from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterator

    from keras_core.backend.distribution import Distributes

#: A fixed number of steps per call, where a test or user sets it.
_STEPS_PER_CALL: ContextVar[int | None] = ContextVar("keras_steps_per_call", default=None)


@contextmanager
def fixed_steps_per_call(steps: int) -> Iterator[None]:
    """Run `steps` steps in each compiled call of the models that train inside, however long they take.

    All are compiled, also the first ones of a training.
    """
    token = _STEPS_PER_CALL.set(steps)
    try:
        yield
    finally:
        _STEPS_PER_CALL.reset(token)


def fixed_steps() -> int | None:
    """The number that `fixed_steps_per_call` has set; None outside of it."""
    return _STEPS_PER_CALL.get()


MOST_BATCHES = 64
"""Batches that one call predicts at most: enough to share what a call costs."""

_PATIENCE = 1.0
"""Seconds that a call of slow steps may take."""


class Pace(Protocol):
    """How many steps one call should run.

    Attributes:
        fixed: the number, where it does not depend on how long steps take.
    """

    fixed: int | None

    def steps(self) -> int:
        """How many steps the next call should run."""
        ...

    def record(self, steps: int, seconds: float) -> None:
        """Learn from a call."""
        ...


class StepsPerCall:
    """How many steps one call should run: as many as take about `seconds`, or a few more where steps are slow.

    Args:
        seconds: the time aimed at.
        fixed: a number of steps to run always instead.
        few: steps to run at least where they are slow, so that what a call costs is shared among them.
    """

    def __init__(self, seconds: float = 0.2, fixed: int | None = None, few: int = 8) -> None:
        self.seconds = seconds
        self._few = few
        self.fixed = fixed_steps() if fixed is None else fixed
        self._steps = self.fixed or 1
        self._warm = False

    def steps(self) -> int:
        return self._steps

    def record(self, steps: int, seconds: float) -> None:
        """Learn from a call that took `seconds`; the first is left out, since it compiles."""
        if self.fixed is not None:
            return
        if not self._warm:
            self._warm = True
            return
        if steps < self._steps and seconds < self.seconds:
            return  # a short call at the end of an epoch, mostly overhead
        one = max(seconds, 1e-6) / steps
        ideal = max(int(self.seconds / one), min(self._few, int(_PATIENCE / one)))
        self._steps = max(1, min(ideal, 8 * self._steps))


class AgreedSteps:
    """As many steps in a call as every process of a group has time for: all run the same.

    They ask each other after the first, the second, the fourth call and so on.

    Args:
        own: what this process learns from the time that calls take.
        group: by which the others are asked.
    """

    fixed: int | None = None

    def __init__(self, own: StepsPerCall, group: Distributes) -> None:
        self._own = own
        self._group = group
        self._calls = 0
        self._steps = own.steps()

    def steps(self) -> int:
        return self._steps

    def record(self, steps: int, seconds: float) -> None:
        """Learn from a call that took `seconds`."""
        self._own.record(steps, seconds)
        self._calls += 1
        if self._calls & (self._calls - 1) == 0:
            said = self._group.exchange(str(self._own.steps()).encode())
            self._steps = min(map(int, said))
