"""Steps that ran ahead of what callbacks were told."""

from __future__ import annotations

import pytest
from keras_core import Variable, stage
from keras_core.staging.ahead import WATCHING, StepsAhead, catch_up


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
