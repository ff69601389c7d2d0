"""Hints in messages: the nearest names that are known, and what a function takes."""

from __future__ import annotations

import difflib
import inspect
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable


def did_you_mean(given: Iterable[str], known: Iterable[str]) -> str:
    """A hint at the names that `given` come near to, with a space before it; "" if there are none."""
    names = list(known)
    near = dict.fromkeys(hit for name in given for hit in difflib.get_close_matches(name, names, n=1))
    return f" Did you mean {' and '.join(map(repr, near))}?" if near else ""


def not_taken(who: str, given: Iterable[str], function: Callable[..., Any]) -> str:
    """The message for keyword arguments that `function` does not take, with those that it takes."""
    names = list(given)
    known = [p.name for p in inspect.signature(function).parameters.values() if p.kind is not p.VAR_KEYWORD]
    known = [name for name in known if name != "self"]
    return (
        f"{who}() does not take {', '.join(map(repr, names))}.{did_you_mean(names, known)} It takes {', '.join(known)}."
    )
