"""Sizes that are not known before a model is called: what ONNX computes from shapes, as expressions."""

from __future__ import annotations

import math
from collections import Counter
from typing import TYPE_CHECKING, Any

import numpy as np
from keras_core import ops

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from keras_core import KerasTensor

FUNCTIONS: dict[str, Callable[[Any, Any], Any]] = {
    "add": lambda a, b: a + b,
    "subtract": lambda a, b: a - b,
    "multiply": lambda a, b: a * b,
    "floor_divide": lambda a, b: a // b,
    "mod": lambda a, b: a % b,
    "maximum": lambda a, b: max(a, b) if isinstance(a, int) and isinstance(b, int) else ops.maximum(a, b),
    "minimum": lambda a, b: min(a, b) if isinstance(a, int) and isinstance(b, int) else ops.minimum(a, b),
}
MAX_TERMS = 64


class Size:
    """An integer that depends on the length of axes of tensors.

    Args:
        name: one of `FUNCTIONS`, or "length" for that of an axis.
        args: two sizes or ints; or a tensor and the number of an axis.
    """

    def __init__(self, name: str, args: tuple[Any, Any]) -> None:
        self.name = name
        self.args = args
        self.terms: int = 1 if name == "length" else sum(one.terms if isinstance(one, Size) else 1 for one in args)
        if self.terms > MAX_TERMS:
            raise ValueError(f"a size is computed in more than {MAX_TERMS} steps")

    def __add__(self, other: Any) -> Any:
        return _made("add", self, other)

    def __radd__(self, other: Any) -> Any:
        return _made("add", other, self)

    def __sub__(self, other: Any) -> Any:
        return _made("subtract", self, other)

    def __rsub__(self, other: Any) -> Any:
        return _made("subtract", other, self)

    def __mul__(self, other: Any) -> Any:
        return _made("multiply", self, other)

    def __rmul__(self, other: Any) -> Any:
        return _made("multiply", other, self)

    def __floordiv__(self, other: Any) -> Any:
        return _made("floor_divide", self, other)

    def __rfloordiv__(self, other: Any) -> Any:
        return _made("floor_divide", other, self)

    def __mod__(self, other: Any) -> Any:
        return _made("mod", self, other)

    def __rmod__(self, other: Any) -> Any:
        return _made("mod", other, self)

    def leaves(self) -> list[Size]:
        """The lengths that it is computed from, each once."""
        if self.name == "length":
            return [self]
        found: list[Size] = []
        for one in self.args:
            found += [leaf for leaf in one.leaves() if leaf not in found] if isinstance(one, Size) else []
        return found

    def config(self, places: Sequence[KerasTensor]) -> list[Any]:
        """The expression of JSON's types.

        Args:
            places: the tensors whose axes it names, in the order in which they will be given.
        """
        if self.name == "length":
            number = next(n for n, tensor in enumerate(places) if tensor is self.args[0])
            return ["length", number, self.args[1]]
        return [self.name, *(one.config(places) if isinstance(one, Size) else one for one in self.args)]


def _made(name: str, a: Any, b: Any) -> Any:
    if not all(isinstance(one, (int, np.integer, Size)) for one in (a, b)):
        return NotImplemented
    a, b = (one if isinstance(one, Size) else int(one) for one in (a, b))
    if not isinstance(a, Size) and not isinstance(b, Size):
        return FUNCTIONS[name](a, b)
    if (name == "add" and a == 0) or (name == "multiply" and a == 1):
        return b
    if (name in ("add", "subtract") and b == 0) or (name in ("multiply", "floor_divide") and b == 1):
        return a
    if name == "multiply" and 0 in (a, b):
        return 0
    if name == "floor_divide" and (found := divided(a, b)) is not None:
        return found
    return Size(name, (a, b))


def replaced(value: Any, lengths: Callable[[Size], Any]) -> Any:
    """A size computed from other lengths.

    Args:
        value: a size or an int.
        lengths: gives what stands for a length.
    """
    if not isinstance(value, Size):
        return value
    if value.name == "length":
        return lengths(value)
    return _made(value.name, *(replaced(one, lengths) for one in value.args))


def _factors(value: Any) -> tuple[int, Counter[Size]] | None:
    """A size as a number times lengths; None for one that is no product."""
    if not isinstance(value, Size):
        return int(value), Counter()
    if value.name == "length":
        return 1, Counter([value])
    if value.name != "multiply":
        return None
    parts = [_factors(one) for one in value.args]
    if parts[0] is None or parts[1] is None:
        return None
    return parts[0][0] * parts[1][0], parts[0][1] + parts[1][1]


def divided(a: Any, b: Any) -> Any:
    """One size divided by another where that is a product; None where it is not known to be.

    Args:
        a: a size or an int.
        b: another.
    """
    above, below = _factors(a), _factors(b)
    if above is None or below is None or not below[0] or above[0] % below[0] or below[1] - above[1]:
        return None
    return math.prod((above[1] - below[1]).elements(), start=above[0] // below[0])


def larger(a: Any, b: Any) -> Any:
    """The larger of two sizes.

    Args:
        a: a size or an int.
        b: another.
    """
    return a if same(a, b) else _made("maximum", a, b)


def smaller(a: Any, b: Any) -> Any:
    """The smaller of two sizes.

    Args:
        a: a size or an int.
        b: another.
    """
    return a if same(a, b) else _made("minimum", a, b)


def same(a: Any, b: Any) -> bool:
    """Whether two sizes are known to be equal.

    Args:
        a: a size or an int.
        b: another.
    """
    if a is b:
        return True
    factors = _factors(a), _factors(b)
    return None not in factors and factors[0] == factors[1]


def is_sizes(value: Any) -> bool:
    """Whether a value is a scalar or a vector of sizes, some of which are not known.

    Args:
        value: what a name in a graph stands for.
    """
    return isinstance(value, np.ndarray) and value.dtype == object


def as_sizes(values: Any) -> np.ndarray:
    """Sizes as an array: of int64 where all are known.

    Args:
        values: a size, a list of some or an array.
    """
    if isinstance(values, Size):
        found = np.empty((), object)
        found[()] = values
        return found
    array = np.asarray(values, object)
    if any(isinstance(one, Size) for one in array.ravel()):
        return array
    return array.astype("int64")
