"""What one load may take: bytes, numbers and steps, counted before anything is made.

A file, JSON or config says itself how much is to be made of it. While one is loaded, what it asks for is counted here:
the values of its config, the objects and calls of ops that it leads to, and the memory of variables. Outside of a load
nothing is limited.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING, Any

from keras_core.config.settings import _settings

if TYPE_CHECKING:
    from collections.abc import Iterator

MAX_DEPTH = 256
_LARGEST_NUMBER = 1 << 64  # of sizes, seeds and counters; Python's own have no end
_SLACK = 64 << 20


def _memory_of_machine() -> int:
    """Bytes of the machine's memory; a large number where the system does not tell."""
    with suppress(AttributeError, ValueError, OSError):
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return 1 << 40


@dataclass(frozen=True)
class LoadingLimits:
    """How much one load may take.

    Attributes:
        config_bytes: bytes of a configuration as text.
        config_lists: lists and dicts in a configuration.
        config_values: all values in a configuration.
        steps: objects that are made and ops that are called to build the model.
        memory: bytes of variables made for a configuration without weights. What comes with its weights may take twice
            their bytes and 64 MiB, however many these are.
    """

    config_bytes: int = 512 << 20
    config_lists: int = 1_000_000
    config_values: int = 50_000_000
    steps: int = 200_000
    memory: int = _memory_of_machine()


_DEFAULTS = LoadingLimits()
_UNLIMITED = 1 << 200


def loading_limits() -> LoadingLimits:
    """How much one load may take, as `set_loading_limits` set it.

    Example:
        >>> loading_limits().config_lists
        1000000
    """
    found: LoadingLimits = _settings.get("loading_limits", _DEFAULTS)
    return found


def set_loading_limits(
    *,
    config_bytes: int | None = None,
    config_lists: int | None = None,
    config_values: int | None = None,
    steps: int | None = None,
    memory: int | None = None,
) -> None:
    """Say how much one load may take: of a model or weights from a file, a JSON or a configuration.

    The limits are there for files from strangers, which can ask for any amount of work and memory. Raise one for a
    model of yours that is larger. Models that a program makes itself have no limits.

    Args:
        config_bytes: bytes of a configuration as text. Defaults to None, for 512 MiB.
        config_lists: lists and dicts in a configuration. Defaults to None, for 1,000,000.
        config_values: all values in a configuration. Defaults to None, for 50,000,000.
        steps: objects that are made and ops that are called to build the model. Defaults to None, for 200,000.
        memory: bytes of variables that a configuration without weights asks for. Defaults to None, for the memory of
            the machine. What comes with its weights may take twice their bytes and 64 MiB.

    Raises:
        ValueError: for anything but positive integers.

    Example:
        >>> set_loading_limits(steps=10_000_000)
        >>> loading_limits().steps
        10000000
        >>> set_loading_limits()
        >>> loading_limits().steps
        200000
    """
    given = {
        "config_bytes": config_bytes,
        "config_lists": config_lists,
        "config_values": config_values,
        "steps": steps,
        "memory": memory,
    }
    changed: dict[str, int] = {name: value for name, value in given.items() if value is not None}
    for name, value in changed.items():
        if type(value) is not int or value < 1:
            raise ValueError(f"set_loading_limits: {name} must be a positive integer or None, got {value!r:.60}.")
    _settings["loading_limits"] = replace(_DEFAULTS, **changed)


# --- one load -------------------------------------------------------------------------------------


class _Budget:
    """What is left to the load under way."""

    def __init__(self, limits: LoadingLimits) -> None:
        self.limits = limits
        self.steps = limits.steps
        self.memory = limits.memory
        self.source = f"than the {limits.memory:,} bytes that a load may take: keras.config.set_loading_limits(memory=)"


#: What the load under way in this thread may still take.
_budget: ContextVar[_Budget | None] = ContextVar("keras_loading_budget", default=None)


@contextmanager
def limited() -> Iterator[None]:
    """Everything made inside belongs to one load, the outermost one, and counts towards its limits."""
    if _budget.get() is not None:
        yield
        return
    token = _budget.set(_Budget(loading_limits()))
    try:
        yield
    finally:
        _budget.reset(token)


@contextmanager
def unlimited() -> Iterator[None]:
    """What is made inside is a copy of what the program has already: nothing is limited."""
    token = _budget.set(_Budget(LoadingLimits(**{field.name: _UNLIMITED for field in fields(LoadingLimits)})))
    try:
        yield
    finally:
        _budget.reset(token)


@contextmanager
def with_weights(stored: int) -> Iterator[None]:
    """Let variables made inside take twice the bytes that a file stores for them, and some slack.

    Args:
        stored: the bytes of all arrays in the file.
    """
    outer = _budget.get()
    budget = _Budget(loading_limits() if outer is None else outer.limits)
    budget.memory = 2 * stored + _SLACK
    budget.source = "than the weights in the file"
    if outer is not None:
        budget.steps = outer.steps
    token = _budget.set(budget)
    try:
        yield
    finally:
        _budget.reset(token)
        if outer is not None:
            outer.steps = budget.steps


def take_memory(size: int, what: str) -> None:
    """Count an array before memory is taken for it.

    Args:
        size: its bytes.
        what: what it is, to begin a message: "Variable 'kernel' of shape (2, 3)".

    Raises:
        ValueError: when a load is under way that may not take as much.
    """
    budget = _budget.get()
    if budget is None:
        return
    budget.memory -= size
    if budget.memory < 0:
        raise ValueError(f"{what:.300} needs more memory {budget.source}.")


def take_steps(count: int = 1, what: str = "It") -> None:
    """Count steps of a load before they are taken.

    Args:
        count: how many. Defaults to 1.
        what: what takes them, to begin a message. Defaults to "It".

    Raises:
        ValueError: when a load is under way that may not take as many.
    """
    budget = _budget.get()
    if budget is None:
        return
    budget.steps -= count
    if budget.steps < 0:
        raise ValueError(
            f"{what} takes more steps than the {budget.limits.steps:,} that a load may take. If it is a model of "
            "yours, allow more: keras.config.set_loading_limits(steps=)."
        )


# --- configurations -------------------------------------------------------------------------------


def check_config(config: object, what: str = "The config") -> None:
    """Refuse a configuration with more values, deeper nesting or larger numbers than any model needs.

    A list that stands in several places counts each time, as it would be followed each time.

    Args:
        config: lists, dicts and values.
        what: what it is, to begin a message. Defaults to "The config".

    Raises:
        ValueError: when there is too much in it.
    """
    budget = _budget.get()
    limits = loading_limits() if budget is None else budget.limits
    stack: list[tuple[Any, int, _Place]] = [((config,), 0, None)]
    lists, values = -1, 0
    while stack:
        item, depth, place = stack.pop()
        lists += 1
        values += len(item)
        if depth > MAX_DEPTH + 1:
            raise ValueError(f"{what} is nested more than {MAX_DEPTH} levels deep.")
        if lists > limits.config_lists:
            raise too_many(what, "lists and dicts", "config_lists", limits.config_lists)
        if values > limits.config_values:
            raise too_many(what, "values", "config_values", limits.config_values)
        for key, value in item.items() if isinstance(item, Mapping) else enumerate(item):
            kind = type(value)
            if kind is int:
                if not -_LARGEST_NUMBER <= value <= _LARGEST_NUMBER:
                    where = f" at {_path((place, key))}" if depth else ""
                    raise ValueError(f"{what} holds a number of {value.bit_length():,} bits{where}, more than 64.")
            elif kind is not str and kind is not float and isinstance(value, (Mapping, list, tuple)):
                stack.append((value, depth + 1, (place, key)))


#: The place of a value in a configuration: that of what it is in, and its key or index there.
_Place = tuple[Any, Any] | None


def _path(place: _Place) -> str:
    """Keys and indices that lead to a place, as they would be written in Python."""
    keys: list[Any] = []
    while place is not None:
        place, key = place
        keys.append(key)
    return "".join(f"[{key!r:.60}]" for key in keys[-2::-1])[:300]  # the outermost is the configuration itself


def too_many(what: str, things: str, limit: str, most: int) -> ValueError:
    """The error for a configuration that has more of something than its limit.

    Args:
        what: the configuration, to begin the message.
        things: what it has too many of.
        limit: the argument of `set_loading_limits` that raises the limit.
        most: the limit.
    """
    return ValueError(
        f"{what} has more than {most:,} {things}. If it is one of yours, allow more: "
        f"keras.config.set_loading_limits({limit}=)."
    )
