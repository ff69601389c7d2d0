"""Steps that ran ahead of what callbacks were told."""

from __future__ import annotations

import _thread
import threading

import pytest
from keras_core import Variable, stage
from keras_core.staging.ahead import WATCHING, StepsAhead, catch_up, going_back


def test_reads_and_assignments_of_its_variables_go_back_once() -> None:
    own, other, again = Variable(1.0), Variable(2.0), []
    ahead = StepsAhead(lambda variable: variable is own)
    own.numpy(), own.value, other.value
    with ahead.watching():
        ahead.begin(again.append)
        assert ahead.tell(1)
        other.assign(3.0)
        assert not ahead.looked and not again
        ahead.tell(2)
        own.assign(4.0)
        own.numpy()
        assert ahead.looked and again == [2]
        assert ahead.tell(2) and not ahead.tell(3)
    assert not WATCHING


def test_a_staged_function_may_read_any_variable() -> None:
    again: list[int] = []
    ahead, step = StepsAhead(lambda _: False), stage(lambda x: x, [])
    with ahead.watching():
        ahead.begin(again.append)
        step(1.0)
    assert again == [0]


def test_a_staged_function_that_was_traced_looks_at_its_own_variables() -> None:
    own, other, again = Variable(1.0), Variable(2.0), []
    ahead = StepsAhead(lambda variable: variable is own)
    steps = [stage(lambda x, one=one: one.assign_add(x) or one.value, [one]) for one in (other, own)]
    for step in steps:
        step(1.0)
    with ahead.watching():
        ahead.begin(again.append)
        steps[0](1.0)
        assert not ahead.looked
        steps[1](1.0)
        assert ahead.looked and again == [0]


def test_a_variable_moves_without_holding_what_steps_need_that_run_again() -> None:
    own, home, made = Variable(1.0), Variable(2.0), []
    ahead = StepsAhead(lambda variable: variable is own)
    assert own.value is not None  # it is on its backend from here on
    home.device_name = "elsewhere"

    def again(_: int) -> None:
        thread = threading.Thread(target=lambda: made.append(Variable(3.0).value), daemon=True)
        thread.start()
        thread.join(10)
        assert made

    with ahead.watching():
        ahead.begin(again)
        own.move_to(home)
    assert ahead.looked and own.device_name == "elsewhere"


def test_an_error_goes_back_and_the_last_step_does_not() -> None:
    again: list[int] = []
    ahead = StepsAhead(lambda _: True)
    with pytest.raises(KeyboardInterrupt), ahead.watching():
        ahead.begin(again.append)
        ahead.tell(3)
        raise KeyboardInterrupt
    assert again == [3]
    with ahead.watching():
        ahead.begin(again.append)
        ahead.tell(4, last=True)
        catch_up()
    assert again == [3] and ahead.looked


def test_one_step_alone_counts_whoever_looks_before_it_was_told_of() -> None:
    ahead = StepsAhead(lambda _: True)
    with ahead.watching():
        ahead.begin(told=1)
        catch_up()
        assert ahead.tell(1, last=True) and ahead.looked


def test_what_is_run_again_asks_nobody_to_catch_up_in_whatever_thread() -> None:
    own, ahead, read = Variable(1.0), StepsAhead(lambda _: True), threading.Event()
    ended: list[int] = []

    def reads() -> None:
        with going_back():
            own.numpy()
        read.set()

    def again(steps: int) -> None:
        own.numpy()
        threading.Thread(target=reads, daemon=True).start()
        assert read.wait(10)
        ended.append(steps)

    assert own.value is not None  # it is on its backend from here on
    with ahead.watching():
        ahead.begin(again)
        own.numpy()
    assert ended == [0]


def test_another_thread_waits_and_a_thread_of_the_framework_does_not() -> None:
    own, ahead, waiting, read = Variable(1.0), StepsAhead(lambda _: True), threading.Event(), threading.Event()
    waits = threading.Thread(target=lambda: (own.numpy(), waiting.set()), daemon=True)

    def again(_: int) -> None:
        waits.start()
        assert not waiting.wait(0.1)
        _thread.start_new_thread(lambda: (own.numpy(), read.set()), ())
        assert read.wait(10) and not waiting.is_set()

    assert own.value is not None  # it is on its backend from here on
    with ahead.watching():
        ahead.begin(again)
        own.numpy()
        assert waiting.wait(10)
