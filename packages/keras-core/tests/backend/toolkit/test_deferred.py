"""Programs that run one way first and another way later."""

from __future__ import annotations

from typing import Any

import numpy as np
from keras_core.backend.toolkit import DeferredCalls, DeferredSteps

X = np.zeros((8, 3))


class Noted:
    """Programs that note what they were given."""

    def __init__(self) -> None:
        self.calls: list[tuple[str, Any]] = []

    def plain(self, *given: Any) -> list[Any]:
        self.calls.append(("plain", given[0].tolist()))
        return []

    def compile_for(self, shapes: Any) -> Any:
        return lambda *given: (self.calls.append((str(shapes), given[0].tolist())), [])[1]


def rows(*numbers: int) -> np.ndarray:
    return np.array(numbers)[:, None]


def test_a_call_is_divided_where_the_way_changes() -> None:
    noted = Noted()
    steps = DeferredSteps(noted.plain, noted.compile_for, 3)
    steps(rows(0, 1), X)
    steps(rows(2, 3, 4), X)
    steps(rows(5), X)
    compiled = "((1, 3),)"
    assert noted.calls == [
        ("plain", [[0], [1]]),
        ("plain", [[2]]),
        (compiled, [[3], [4]]),
        (compiled, [[5]]),
    ]


def test_programs_of_one_training_count_together_by_shapes() -> None:
    noted, done = Noted(), {}
    steps = DeferredSteps(noted.plain, noted.compile_for, 3, done)
    call = DeferredCalls(noted.plain, noted.compile_for, 3, done)
    steps(rows(0, 1), X)
    call(X[:1])
    call(X[:2])
    assert done == {((1, 3),): 3, ((2, 3),): 1}
    noted.calls.clear()
    call(X[:1])
    call(X[:2])
    assert [way for way, _ in noted.calls] == ["((1, 3),)", "plain"]


def test_steps_that_are_run_again_are_run_as_they_were() -> None:
    noted = Noted()
    call = DeferredCalls(noted.plain, noted.compile_for, 1)
    before = call.count()
    call(X)
    call.count_from(before)
    call(X)
    call.count_from(None)
    call(X)
    call(X)
    assert [way for way, _ in noted.calls] == ["plain"] * 3 + ["((8, 3),)"]


def test_of_many_kinds_some_are_never_compiled() -> None:
    noted = Noted()
    call = DeferredCalls(noted.plain, noted.compile_for, 0)
    for size in range(1, 9):
        call(np.zeros(size))
    assert all(way != "plain" for way, _ in noted.calls)
    call(np.zeros(9))
    assert noted.calls[-1][0] == "plain"
