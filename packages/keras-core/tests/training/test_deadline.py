"""When a training has to end."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from keras_core.training.deadline import Deadline, seconds_of


@pytest.mark.parametrize(
    ("given", "seconds"),
    [(90, 90), (0.5, 0.5), ("01:30", 90), ("01:30:00", 5400), ("2:00:00:01", 172801), (timedelta(minutes=2), 120)],
)
def test_times(given: Any, seconds: float) -> None:
    assert seconds_of(given) == seconds


@pytest.mark.parametrize("wrong", [0, -1, "90", "1h", "1:2:3:4:5", "00:00", float("nan"), float("inf"), True, [1]])
def test_what_is_no_time(wrong: Any) -> None:
    with pytest.raises(ValueError, match="max_time must be above 0"):
        seconds_of(wrong)


def test_it_is_over_when_the_time_has_gone(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 100.0
    monkeypatch.setattr("time.monotonic", lambda: now)
    deadline = Deadline("00:02")
    now = 101.9
    assert not deadline.over
    now = 102.0
    assert deadline.over and not Deadline(None).over
