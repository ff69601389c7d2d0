"""Contractions of tensors, as of ``einsum``: which axes there are, and products of two tensors at a time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence


class _HasAxes(Protocol):
    @property
    def ndim(self) -> int: ...


X = TypeVar("X", bound=_HasAxes)


def contraction_axes(subscripts: str, ranks: Sequence[int]) -> tuple[list[str], str]:
    """The letters of each operand and of the result, "..." replaced by capital letters not yet in use.

    Args:
        subscripts: as of ``einsum``.
        ranks: of the operands.

    Raises:
        ValueError: when they do not fit the operands' ranks.

    Example:
        >>> contraction_axes("...i,ij", [2, 2])
        (['Ai', 'ij'], 'Aj')
    """
    text = subscripts.replace(" ", "")
    left, arrow, result = text.partition("->")
    terms = left.split(",")
    if len(terms) != len(ranks):
        raise ValueError(f"got {subscripts!r}, which names {len(terms)} operands, with {len(ranks)} operands.")
    free = [c for c in "ABCDEFGHIJKLMNOPQRSTUVWXYZ" if c not in text]
    most = max(
        (rank - len(t.replace("...", "")) for t, rank in zip(terms, ranks, strict=True) if "..." in t), default=0
    )
    batch = "".join(free[: max(most, 0)])
    inputs = []
    for term, rank in zip(terms, ranks, strict=True):
        named = len(term.replace("...", ""))
        letters = term.replace("...", batch[len(batch) - (rank - named) :] if rank > named else "")
        if len(letters) != rank:
            raise ValueError(f"got {subscripts!r} with an operand of {rank} axes for {term!r}.")
        inputs.append(letters)
    if arrow:
        return inputs, result.replace("...", batch)
    every = "".join(inputs)
    once = sorted(c for c in set(every) if every.count(c) == 1 and c not in batch)
    return inputs, batch + "".join(once)


@dataclass(frozen=True)
class ProductAxes:
    """The axes of a product of two tensors, as letters; each is in both tensors, or in one and the result.

    Attributes:
        first: those of the first tensor.
        second: those of the second one.
        result: those of the product.
    """

    first: str
    second: str
    result: str

    @property
    def batch(self) -> list[str]:
        """Those of both tensors and the result."""
        return [a for a in self.first if a in self.second and a in self.result]

    @property
    def inner(self) -> list[str]:
        """Those over which products are added up."""
        return [a for a in self.first if a in self.second and a not in self.result]

    @property
    def left(self) -> list[str]:
        """Those of the first tensor alone."""
        return [a for a in self.first if a not in self.second]

    @property
    def right(self) -> list[str]:
        """Those of the second tensor alone."""
        return [a for a in self.second if a not in self.first]


def contract_in_pairs(
    subscripts: str,
    operands: Sequence[X],
    reduce: Callable[[str, str, X], X],
    product: Callable[[ProductAxes, X, X], X],
) -> X:
    """A contraction by sums of one tensor and products of two.

    Args:
        subscripts: as of ``einsum``.
        operands: tensors with an `ndim`.
        reduce: ``reduce(letters, result, x)`` adds up over axes of `x` that the result has not, and puts the others in
            its order.
        product: ``product(axes, x, y)`` gives the product, its axes as `axes.result` says.
    """
    letters, result = contraction_axes(subscripts, [x.ndim for x in operands])
    values = list(operands)
    while len(values) > 1:
        one, two = letters[:2]
        rest = set(result).union(*letters[2:])
        given = "".join(dict.fromkeys(a for a in one + two if a in rest)) if letters[2:] else result
        first, second = ("".join(a for a in x if a in given or a in y) for x, y in ((one, two), (two, one)))
        pair = reduce(one, first, values[0]), reduce(two, second, values[1])
        values[:2] = [product(ProductAxes(first, second, given), *pair)]
        letters[:2] = [given]
    return values[0] if len(operands) > 1 else reduce(letters[0], result, values[0])
