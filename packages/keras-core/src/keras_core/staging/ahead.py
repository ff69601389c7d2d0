"""Steps that ran ahead of what callbacks were told: whoever looks at a variable in between sees it as of that step."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from contextvars import Context

    from keras_core.backend.protocol import Backend, VariableLike


class CatchesUp(Protocol):
    """What has run steps too early or too late for somebody who looks at variables now."""

    def concerns(self, variable: VariableLike) -> bool:
        """Whether these steps read or write a variable."""
        ...

    def catch_up(self, variable: VariableLike | None = None) -> None:
        """See `catch_up`."""
        ...


#: Passes whose callbacks are being told of steps, or whose source is drawing a batch while others wait; who reads or
#: assigns a variable asks them to catch up first.
WATCHING: list[CatchesUp] = []

#: Whether steps are being run again here: what they read and assign needs no catching up.
_GOING_BACK: ContextVar[bool] = ContextVar("keras_going_back", default=False)


@contextmanager
def going_back() -> Iterator[None]:
    """Inside, `catch_up` does nothing in this context: steps are run again here, for somebody who waits for them."""
    token = _GOING_BACK.set(True)
    try:
        yield
    finally:
        _GOING_BACK.reset(token)


def catch_up(variable: VariableLike | None = None) -> None:
    """Let variables have the values of the step that callbacks are being told of.

    Args:
        variable: the one that is to be read or assigned; None where it may be any.
    """
    if _GOING_BACK.get():
        return
    for one in tuple(WATCHING):
        one.catch_up(variable)


def catch_up_among(variables: Iterable[VariableLike]) -> None:
    """Let variables have the values of the step that callbacks are being told of, for a program that uses these."""
    for one in () if _GOING_BACK.get() else tuple(WATCHING):
        if any(map(one.concerns, variables)):
            one.catch_up()


def outside_of_traces(backend: Backend, context: Context, run: Callable[[], None]) -> None:
    """Run a function, in a thread of its own where the framework is tracing here.

    Args:
        backend: whose values it computes.
        context: the context that it is given in such a thread.
        run: the function.
    """
    one = backend.tensor(1.0)
    if backend.is_concrete(backend.ops["add"](one, one)):
        run()
        return
    with ThreadPoolExecutor(1) as pool:
        pool.submit(context.copy().run, run).result()


class StepsAhead:
    """What the steps of one pass have done that callbacks were not told of yet.

    One compiled call runs many steps; afterwards callbacks are told of each. Most of them only read logs. Where one
    reads or assigns a variable of the program, in whatever thread, the values from before the call are put back and the
    steps that were told of are run once more, which gives the same bits. Other threads wait for that. Only functions
    that a step calls on the host, which frameworks do in threads of their own, see what variables hold meanwhile: the
    step waits for them.

    Args:
        concerns: whether the program reads or writes a variable.

    Attributes:
        looked: whether somebody has looked at the variables since `begin`.

    Example:
        >>> from keras_core.staging.ahead import StepsAhead, catch_up
        >>> ahead = StepsAhead(lambda variable: True)
        >>> with ahead.watching():
        ...     ahead.begin(lambda steps: print("run", steps, "again"), told=1)
        ...     ahead.tell(2)
        ...     catch_up()
        ...     ahead.looked, ahead.tell(3)
        True
        run 2 again
        (True, False)
    """

    def __init__(self, concerns: Callable[[VariableLike], bool]) -> None:
        self.concerns = concerns
        self._lock = threading.RLock()
        self._again: Callable[[int], None] | None = None
        self._told = 0
        self._goes_back = False
        self.looked = False

    @contextmanager
    def watching(self) -> Iterator[None]:
        """Inside, reads and assignments of variables are noticed, and make up for what callbacks were not told of."""
        WATCHING.append(self)
        try:
            yield
        except BaseException:
            self.catch_up()
            raise
        finally:
            WATCHING.remove(self)
            self._again = None

    def begin(self, again: Callable[[int], None] | None = None, told: int = 0) -> None:
        """Callbacks are to be told of the steps of another call.

        Args:
            again: gives the variables the values that they had after a number of these steps; None where no step has
                run, or one alone, whose values are what callbacks see.
            told: how many steps there are in what callbacks see first.
        """
        with self._lock:
            self._again, self._told, self.looked = again, told, False

    def tell(self, steps: int, last: bool = False) -> bool:
        """Callbacks are now told what follows `steps` steps of the call; False where these have not run any more.

        Args:
            steps: how many.
            last: whether these are all, so that the variables are as they should be.
        """
        with self._lock:
            if self.looked and steps != self._told:
                return False
            self._told = steps
            if last:
                self._again = None
            return True

    def catch_up(self, variable: VariableLike | None = None) -> None:
        """See `catch_up`."""
        if variable is not None and not self.concerns(variable):
            return
        if not self._lock.acquire(blocking=not (self._goes_back and _is_of_the_framework())):
            return
        try:
            again, self._again = self._again, None
            self.looked = True
            if again is not None:
                self._go_back(again)
        finally:
            self._lock.release()

    def _go_back(self, again: Callable[[int], None]) -> None:
        self._goes_back = True
        try:
            again(self._told)
        finally:
            self._goes_back = False


def _is_of_the_framework() -> bool:
    """Whether this thread was not started by Python."""
    return type(threading.current_thread()).__name__ == "_DummyThread"
