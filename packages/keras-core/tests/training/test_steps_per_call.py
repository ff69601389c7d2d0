"""How many steps one compiled call runs."""

from __future__ import annotations

import pytest
from keras_core.training.steps_per_call import AgreedSteps, StepsPerCall, fixed_steps_per_call


def test_pace_grows_to_the_time_aimed_at() -> None:
    pace = StepsPerCall(0.2)
    taken = []
    for _ in range(8):
        taken.append(pace.steps())
        pace.record(pace.steps(), 0.001 * pace.steps())
    assert taken[:4] == [1, 1, 8, 64] and taken[-1] == 200


def test_pace_learns_nothing_from_a_short_call_and_slows_after_a_long_one() -> None:
    pace = StepsPerCall(0.2)
    for _ in range(8):
        pace.record(pace.steps(), 0.001 * pace.steps())
    pace.record(1, 0.05)
    assert pace.steps() == 200
    pace.record(100, 0.4)
    assert pace.steps() == 50


@pytest.mark.parametrize(("seconds", "steps"), [(0.04, 8), (0.1, 8), (0.3, 3), (2.0, 1)])
def test_slow_steps_share_a_call_for_up_to_a_second(seconds: float, steps: int) -> None:
    pace = StepsPerCall(0.2)
    for _ in range(3):
        pace.record(pace.steps(), seconds * pace.steps())
    assert pace.steps() == steps


def test_a_fixed_pace_stays() -> None:
    pace = StepsPerCall(fixed=3)
    pace.record(3, 10.0)
    assert pace.steps() == 3


def test_steps_per_call_may_be_fixed_for_a_block() -> None:
    with fixed_steps_per_call(5):
        pace = StepsPerCall()
        assert StepsPerCall(fixed=2).steps() == 2
    pace.record(5, 10.0)
    assert pace.steps() == 5 and StepsPerCall().steps() == 1


class Others:
    """A slow process beside this one."""

    def __init__(self) -> None:
        self.asked = 0

    def exchange(self, message: bytes) -> list[bytes]:
        self.asked += 1
        return [message, b"3"]


def test_a_group_runs_as_many_steps_as_its_slowest_process_has_time_for() -> None:
    group = Others()
    pace = AgreedSteps(StepsPerCall(0.2), group)
    taken = []
    for _ in range(9):
        taken.append(pace.steps())
        pace.record(pace.steps(), 0.001 * pace.steps())
    assert taken == [1, 1, *[3] * 7]
    assert group.asked == 4  # after calls 1, 2, 4 and 8
