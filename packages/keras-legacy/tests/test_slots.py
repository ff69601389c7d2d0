"""Variables that are made once by a function that runs often."""

from __future__ import annotations

from keras_core import Variable
from keras_legacy.slots import Slots, active_slots, made


def zero() -> Variable:
    return Variable(0.0)


def test_the_second_run_gets_the_variables_of_the_first() -> None:
    slots = Slots()
    with slots:
        first = [made(zero), made(zero)]
    with slots:
        again = [made(zero), made(zero), made(zero)]
    assert first[0] is not first[1]
    assert all(one is other for one, other in zip(again, first, strict=False))
    assert slots.variables == again


def test_outside_every_variable_is_new() -> None:
    assert active_slots() is None and made(zero) is not made(zero)


def test_they_nest_and_end_with_an_exception() -> None:
    outer, inner = Slots(), Slots()
    with outer:
        made(zero)
        try:
            with inner:
                assert active_slots() is inner
                raise RuntimeError
        except RuntimeError:
            assert active_slots() is outer
    assert active_slots() is None and (len(outer.variables), len(inner.variables)) == (1, 0)
