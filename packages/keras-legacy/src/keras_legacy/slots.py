"""Variables that a function makes whenever it runs, and should make only once."""

from __future__ import annotations

from contextvars import ContextVar, Token
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from keras_core import Variable

#: The slots that an optimizer's `get_updates` makes, kept from step to step.
_ACTIVE: ContextVar[Slots | None] = ContextVar("keras_slots", default=None)


class Slots:
    """Within `with slots:` K's makers of variables make new ones the first time, and return these afterwards.

    Keras 2's optimizers make their slots in `get_updates`, which here runs for every compiled program.
    """

    def __init__(self) -> None:
        self.variables: list[Variable] = []
        self._next = 0
        self._token: Token[Slots | None] | None = None

    def __enter__(self) -> Slots:
        self._next = 0
        self._token = _ACTIVE.set(self)
        return self

    def __exit__(self, *error: object) -> None:
        assert self._token is not None
        _ACTIVE.reset(self._token)

    def take(self, make: Callable[[], Variable]) -> Variable:
        """The next variable, in the order in which they were made."""
        if self._next == len(self.variables):
            self.variables.append(make())
        self._next += 1
        return self.variables[self._next - 1]


def active_slots() -> Slots | None:
    """The slots of the function that runs, or None."""
    return _ACTIVE.get()


def made(make: Callable[[], Variable]) -> Variable:
    """A new variable, or the one that stands in its place."""
    slots = _ACTIVE.get()
    return make() if slots is None else slots.take(make)
