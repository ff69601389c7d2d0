"""The compiled programs of a staged function, one for each kind of arguments."""

from __future__ import annotations

import threading
from collections.abc import Callable, Hashable, Iterable
from typing import TYPE_CHECKING, Any

from keras_core import config
from keras_core.backend.optional_protocols import CountsSteps

if TYPE_CHECKING:
    from keras_core.backend.protocol import VariableLike

Program = tuple[Callable[..., list[Any]], list[Any]]
"""A compiled function of flat tensors, and a list whose first entry packs its results once it has been traced."""


class ProgramCache:
    """Programs by what they depend on: kinds of arguments, the value of a key, and the kind of random numbers.

    Args:
        variables: all variables that a program may write; a callable gives them when a program is made.
        key: called at each lookup; a program is valid for one value of it.
        ops: called when a program is made; names of the ops in it.

    Example:
        >>> cache = ProgramCache([])
        >>> make = lambda variables, ops: (list, [tuple])
        >>> cache.find("float32", make) is cache.find("float32", make), len(cache)
        (True, 1)
    """

    def __init__(
        self,
        variables: Iterable[VariableLike] | Callable[[], Iterable[VariableLike]],
        key: Callable[[], Any] | None = None,
        ops: Callable[[], frozenset[str]] | None = None,
    ) -> None:
        self._variables = variables
        self._key = key
        self._ops = ops
        self._programs: dict[Hashable, Program] = {}
        self._lock = threading.Lock()

    def find(self, kind: Hashable, make: Callable[[list[VariableLike], frozenset[str]], Program]) -> Program:
        """The program for a kind of arguments, made when there is none; by one thread at a time.

        Args:
            kind: structure, shapes and dtypes of the arguments.
            make: called with the variables and the names of ops.
        """
        key = kind, self._key() if self._key else None, config.rng()
        found = self._programs.get(key)
        if found is None:
            with self._lock:
                found = self._programs.get(key)
                if found is None:
                    found = self._programs[key] = make(*self._parts())
        return found

    def _parts(self) -> tuple[list[VariableLike], frozenset[str]]:
        variables = list(self._variables() if callable(self._variables) else self._variables)
        return variables, self._ops() if self._ops else frozenset()

    def counting(self) -> list[CountsSteps]:
        """The programs that count their steps."""
        programs: list[Any] = [program for program, _ in list(self._programs.values())]
        return [program for program in programs if isinstance(program, CountsSteps)]

    def clear(self) -> None:
        """Forget every program."""
        self._programs.clear()

    def __len__(self) -> int:
        return len(self._programs)
