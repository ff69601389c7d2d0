"""Slot sets: one optimizer object that trains several models, each with slots of its own."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any

from keras_core.layers.tracking import Tracked

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from keras_core.staging.variable import Variable


class SlotSet:
    """What `build` set on an optimizer for one set of variables.

    Args:
        owner: whose slots they are; None for those of whoever asks first.
        attributes: the attributes of the optimizer by name.
    """

    def __init__(self, owner: Any, attributes: dict[str, Any]) -> None:
        self.owner = owner
        self.attributes = attributes


class SlotSets(Tracked):
    """The part of `Optimizer` that keeps apart what `build` makes for several owners.

    The attributes that `build` sets are those of the selected set; counter, learning rate and all other attributes are
    common. Keras 2 likewise made the slots of an optimizer once for each training function.
    """

    built: bool
    _positions: dict[Variable, int]
    _selected: SlotSet | None
    _before_build: dict[str, Any]
    _slot_names: set[str]
    _building: bool

    def slots_of(self, owner: Any, variables: Iterable[Variable]) -> SlotSet:
        """Select the slots of `owner` for these variables, made if it has none, and return them.

        Slots that nobody owns become its own, such as those made by `build` or read from a file.
        """
        variables = list(variables)
        selected = self._selected
        usable = selected is not None and (selected.owner is None or selected.owner is owner)
        if self.built and not (usable and all(variable in self._positions for variable in variables)):
            self._replace_slots(self._no_slots())
        if not self.built:
            self.build(variables)
        assert self._selected is not None
        self._selected.owner = owner
        return self._selected

    def select_slots(self, slots: SlotSet | None, owner: Any) -> None:
        """Let the optimizer have the slots of `owner`: `slots`, or none if it has none yet."""
        if slots is not None:
            if slots is not self._selected:
                self._replace_slots(slots)
        elif self._selected is not None and self._selected.owner not in (None, owner):
            self._replace_slots(self._no_slots())

    def build(self, variables: Iterable[Variable]) -> None:
        """Make the slots for the variables to be trained."""
        raise NotImplementedError

    def _no_slots(self) -> SlotSet:
        return SlotSet(None, {name: _copied(value) for name, value in self._before_build.items()})

    def _replace_slots(self, slots: SlotSet) -> None:
        state = vars(self)
        present = {name: state.pop(name) for name in self._slot_names if name in state}
        if self._selected is not None:
            self._selected.attributes = present
        state.update(slots.attributes)
        self._selected = slots

    def _note_slots(self, before: dict[str, Any], copies: dict[str, Any]) -> None:
        """Remember which attributes `build` set or filled."""
        changed = {
            name: value
            for name, value in vars(self).items()
            if before.get(name, self) is not value or _length(value) != _length(copies[name])
        }
        for name in ("_building", "_selected"):
            changed.pop(name, None)
        self._slot_names |= set(changed)
        for name in changed:
            if name in copies:
                self._before_build.setdefault(name, copies[name])
        self._selected = SlotSet(None, changed)


def noting_slots(build: Callable[..., None]) -> Callable[..., None]:
    """A `build` that does nothing when called again, and notes what it makes."""

    @functools.wraps(build)
    def wrapped(self: Any, *args: Any, **kwargs: Any) -> None:
        if self._building:  # super().build(), called by a build that is wrapped itself
            build(self, *args, **kwargs)
            return
        if self.built:
            return
        before = dict(vars(self))
        copies = {name: _copied(value) for name, value in before.items()}
        self._building = True
        try:
            build(self, *args, **kwargs)
        finally:
            self._building = False
        self._note_slots(before, copies)

    return wrapped


def _copied(value: Any) -> Any:
    return value.copy() if type(value) in (list, dict, set) else value


def _length(value: Any) -> int | None:
    return len(value) if type(value) in (list, dict, set) else None
