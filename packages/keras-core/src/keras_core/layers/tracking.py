"""Finding the variables, layers, metrics and seed generators among an object's attributes."""

from __future__ import annotations

import threading
from functools import cache
from typing import TYPE_CHECKING, Any

from keras_core.random.seed_generator import SeedGenerator
from keras_core.staging.ahead import WATCHING, catch_up
from keras_core.staging.trace import active_trace
from keras_core.staging.variable import Variable

if TYPE_CHECKING:
    from collections.abc import Iterator

#: Raised by every assignment to a tracked object; programs are keyed by what it was.
_VERSION = 0
#: Two assignments at a time get two versions.
_LOCK = threading.Lock()


def version() -> int:
    """A number that grows whenever an attribute of any tracked object is assigned outside a trace."""
    return _VERSION


def raise_version() -> None:
    """Say that something a compiled program may depend on has changed."""
    global _VERSION
    if active_trace() is None:
        with _LOCK:
            _VERSION += 1


def version_of(item: object) -> int:
    """A number that grows whenever a public attribute of `item` is assigned; 0 for what is not `Tracked`."""
    return getattr(item, "_version", 0)


class Tracked:
    """Base of objects whose public attributes may hold state.

    Nothing is registered on assignment: the attributes themselves are walked, in order of
    assignment, when somebody asks. Attributes in `_untracked` are passed over.
    """

    _untracked: frozenset[str] = frozenset()
    _version: int

    def __setattr__(self, name: str, value: Any) -> None:
        noted = not name.startswith("_") and name not in self._quiet
        if noted and WATCHING:
            catch_up()
        object.__setattr__(self, name, value)
        if noted:
            self.note_change()

    def note_change(self) -> None:
        """Let programs that depend on this object be made again."""
        if active_trace() is None:
            state = self.__dict__
            state["_version"] = state.get("_version", 0) + 1
            raise_version()

    _quiet: frozenset[str] = frozenset({"built", "stop_training", "history", "params", "model", "default_training"})

    def tracked(self) -> Iterator[tuple[str, Any]]:
        """Pairs of attribute name and what is tracked in it, containers opened."""
        untracked = self._untracked
        for name, value in [pair for pair in list(vars(self).items()) if _HELD[pair[1].__class__]]:
            if name not in untracked:
                for item in _open(value):
                    yield name, item


def _open(value: Any) -> list[Any]:
    """What is tracked in a value, in order; containers in it are opened."""
    held = _HELD[value.__class__]
    if held is _ITSELF:
        return [value]
    if not held or not value:
        return []
    return [item for one in (value.values() if held is _VALUES else value) for item in _open(one)]


_ITSELF, _ITEMS, _VALUES = "itself", "items", "values"


class _Held(dict[type, "str | None"]):
    """What a value of each type holds: every step that runs op by op asks for all attributes of all layers."""

    def __missing__(self, kind: type) -> str | None:
        held = None
        if is_metric(kind) or issubclass(kind, (Variable, SeedGenerator, Tracked)):
            held = _ITSELF
        elif issubclass(kind, (list, tuple)):
            held = _ITEMS
        elif issubclass(kind, dict):
            held = _VALUES
        self[kind] = held
        return held


_HELD = _Held()


@cache
def is_metric(kind: type) -> bool:
    """Whether a class is a metric, by what it offers."""
    return hasattr(kind, "update_state") and hasattr(kind, "reset_state")
