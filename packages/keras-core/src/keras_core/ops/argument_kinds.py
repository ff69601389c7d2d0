"""What an op's parameters take that are no tensors: numbers, sizes and axes, as their annotations say.

Only Python's own values are looked at, as numbers and lists of the wrong kind, and not tensors or symbols for sizes:
what they stand for is known when the op runs.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NamedTuple

from keras_core.plain_arguments import plain, tupled

if TYPE_CHECKING:
    from collections.abc import Callable

_INTS: set[type] = {int, bool}
_SEQUENCES: set[type] = {tuple, list}
_ACCEPTED: dict[str, set[type]] = {
    "int": _INTS,
    "bool": _INTS,
    "float": _INTS | {float},
    "str": {str},
    "None": {type(None)},
    "NonNegativeInt": _INTS,
    "Axis": _INTS | _SEQUENCES | {type(None)},
    "Size": _INTS | _SEQUENCES,
    "DynamicShape": _INTS | _SEQUENCES,
    "NewShape": _INTS | _SEQUENCES,
    "Sequence": _SEQUENCES,
    "tuple": _SEQUENCES,
}
_SIZES = {"DynamicShape", "NewShape", "Size"}  # one that is not known is None
_SEQUENCE_NAMES = {"Axis", "Sequence", "tuple"} | _SIZES
_NUMBERS = {"int", "float", "bool", "NonNegativeInt"}
_REFUSABLE = {str, bytes, int, bool, float, complex, type(None), tuple, list, dict, set}
"""Types that are refused where they are not among the accepted ones."""


class Refused(ValueError):
    """What was expected instead of a value, in words."""


class Parameter(NamedTuple):
    """A parameter that is no tensor.

    Attributes:
        position: its place in the signature.
        at_once: types of values that need no further look.
        take: gives a value as the op takes it, or raises `Refused`.
    """

    position: int
    at_once: frozenset[type]
    take: Callable[[Any], Any]


def parameter_of(position: int, annotation: str, default: Any) -> Parameter | None:
    """How arguments of a parameter are taken; None if its annotation says nothing of that.

    Args:
        position: its place in the signature.
        annotation: as it is written.
        default: its default, which it takes, too.
    """
    words = re.findall(r"\w+", annotation)
    heads = [part.strip().partition("[")[0] for part in annotation.split(" | ")]
    if not _NUMBERS.union(_SEQUENCE_NAMES).intersection(words) or not all(head in _ACCEPTED for head in heads):
        return None
    accepted = frozenset(set().union(*map(_ACCEPTED.__getitem__, heads)) | {type(default)})
    sequence = not _SEQUENCE_NAMES.isdisjoint(heads)
    least = 0 if "NonNegativeInt" in heads or "NewShape" in heads else None
    wanted = _in_words(heads)
    items = _items(words)

    def take(value: Any) -> Any:
        if type(value) is tuple and sequence and items.issuperset(map(type, value)):
            if least is None or all(one is None or one >= least for one in value):
                return value
            raise Refused(wanted)
        value = tupled(value) if sequence else plain(value)
        if isinstance(value, (tuple, list)):
            if type(value) in _REFUSABLE and type(value) not in accepted:
                raise Refused(wanted)
            whole = [_taken(item, items, least, wanted) for item in value]
            return value if all(a is b for a, b in zip(whole, value, strict=True)) else tuple(whole)
        return _taken(value, accepted, least, wanted)

    at_once = frozenset(accepted - _SEQUENCES.union(_INTS if least is not None else ()))
    return Parameter(position, at_once, take)


def _items(words: list[str]) -> frozenset[type]:
    """Types of what a sequence may hold."""
    if "Any" in words:
        return frozenset(_REFUSABLE)
    if "float" in words:
        return frozenset(_INTS | {float})
    return frozenset(_INTS if _SIZES.isdisjoint(words) else _INTS | {type(None)})


def _taken(value: Any, accepted: frozenset[type], least: int | None, wanted: str) -> Any:
    kind = type(value)
    if kind in _REFUSABLE and kind not in accepted:
        if kind is float and int in accepted and value.is_integer():
            return _taken(int(value), accepted, least, wanted)
        raise Refused(wanted)
    if least is not None and kind is int and value < least:
        raise Refused(wanted)
    return value


def _in_words(heads: list[str]) -> str:
    one = {
        "int": "an integer",
        "float": "a number",
        "bool": "True or False",
        "str": "a string",
        "NonNegativeInt": "an integer of at least 0",
        "Axis": "an axis or several",
        "Size": "an integer or several",
        "DynamicShape": "a shape of integers",
        "NewShape": "a shape of integers of at least 0",
        "Sequence": "a list or tuple of integers",
        "tuple": "a tuple of integers",
    }
    return " or ".join(one[head] for head in heads if head in one)
