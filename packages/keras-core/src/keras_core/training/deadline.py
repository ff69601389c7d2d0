"""When a training has to end."""

from __future__ import annotations

import time
from datetime import timedelta
from typing import TYPE_CHECKING, TypeAlias

from keras_core.staging.share import together

if TYPE_CHECKING:
    from keras_core.backend.distribution import Distributes

MaxTime: TypeAlias = str | float | timedelta
"""Seconds, a timedelta, or text such as "01:30:00"."""

_UNITS = (1, 60, 3600, 86400)


class Deadline:
    """Tells whether the time of a training is over.

    Args:
        max_time: how long it may take, from now on; None for as long as it takes.
        engine: processes that train together, and end where the time of one is over: all have to ask. None for this one
            alone. Defaults to None.

    Example:
        >>> from keras_core.training.deadline import Deadline
        >>> Deadline(None).over, Deadline(1e-9).over
        (False, True)
    """

    def __init__(self, max_time: MaxTime | None, engine: Distributes | None = None) -> None:
        self._engine = engine
        self._over = False
        self._end = None if max_time is None else time.monotonic() + seconds_of(max_time)

    @property
    def over(self) -> bool:
        """Whether the training has to end now."""
        if self._end is None or self._over:
            return self._over
        self._over = time.monotonic() >= self._end
        if self._engine is not None:
            self._over = together(self._engine, self._over)
        return self._over


def seconds_of(max_time: MaxTime) -> float:
    """The seconds that `max_time` stands for.

    Args:
        max_time: a number of seconds, a timedelta, or "MM:SS", "HH:MM:SS" or "DD:HH:MM:SS".

    Raises:
        ValueError: for anything else, and where it is not above 0.

    Example:
        >>> from keras_core.training.deadline import seconds_of
        >>> seconds_of("01:30:00"), seconds_of(90)
        (5400.0, 90.0)
    """
    seconds = 0.0
    if isinstance(max_time, timedelta):
        seconds = max_time.total_seconds()
    elif isinstance(max_time, str):
        parts = max_time.split(":")
        if 2 <= len(parts) <= len(_UNITS) and all(part.strip().isdecimal() for part in parts):
            seconds = float(sum(int(part) * unit for part, unit in zip(reversed(parts), _UNITS, strict=False)))
    elif not isinstance(max_time, bool) and hasattr(max_time, "__float__"):
        seconds = float(max_time)
    if not 0 < seconds < float("inf"):
        raise ValueError(
            f"fit(): max_time must be above 0: a number of seconds, a timedelta or text like '01:30:00' (hours, "
            f"minutes and seconds), got {max_time!r}."
        )
    return seconds
