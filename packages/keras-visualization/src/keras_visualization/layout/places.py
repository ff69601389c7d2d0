"""Where along its layer each vertex of a layered drawing is."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

_SWEEPS = 8


class Pull(NamedTuple):
    """What draws a vertex: an edge to another.

    Attributes:
        vertex: the other one.
        shift: the place that the edge wants, from that of the other one.
        weight: how strongly.
    """

    vertex: int
    shift: float
    weight: float


def places(
    layers: Sequence[Sequence[int]],
    widths: Sequence[float],
    above: Sequence[Sequence[Pull]],
    below: Sequence[Sequence[Pull]],
    gap: float,
) -> list[float]:
    """The middle of each vertex, so that edges are short and long ones straight.

    In turns each layer is placed as well as it can be with the others where they are: the sum of the weighted distances
    is the least, in the given order and with the gaps.

    Args:
        layers: vertices by layer, in their order.
        widths: of each vertex.
        above: for each vertex what draws it from the layer before.
        below: from the next layer.
        gap: the least distance of two vertices.
    """
    found = [0.0] * len(widths)
    offsets: dict[int, float] = {}
    for layer in layers:
        at = 0.0
        for i, vertex in enumerate(layer):
            at += (widths[layer[i - 1]] + widths[vertex]) / 2 + gap if i else 0.0
            offsets[vertex] = at
        for vertex in layer:
            found[vertex] = offsets[vertex] - at / 2
    down, up = list(layers), list(reversed(layers))
    for _ in range(_SWEEPS):
        for order, pulls, stays in ((down, (above,), False), (up, (below,), False), (down, (above, below), True)):
            for layer in order:
                now = [found[v] - offsets[v] for v in layer]
                wanted = [
                    [(found[pull.vertex] + pull.shift - offsets[v], pull.weight) for side in pulls for pull in side[v]]
                    or [(here, 0.01)]
                    for v, here in zip(layer, now, strict=True)
                ]
                for vertex, place in zip(layer, ascending(wanted, now if stays else None), strict=True):
                    found[vertex] = place + offsets[vertex]
    return found


def ascending(wanted: Sequence[Sequence[tuple[float, float]]], at: Sequence[float] | None = None) -> list[float]:
    """Numbers that never fall and are together the nearest to what is wanted of each.

    Args:
        wanted: for each number values and their weights; what counts are the weighted distances to them.
        at: where the numbers are, for those that would be as near elsewhere; None for the middle. Defaults to None.
    """
    blocks: list[tuple[list[tuple[float, float]], float, list[float]]] = []
    for i, values in enumerate(wanted):
        here = [] if at is None else [at[i]]
        block = (list(values), median(values, here), [0.0] if at is None else here)
        while blocks and blocks[-1][1] > block[1]:
            before = blocks.pop()
            joined, here = before[0] + block[0], before[2] + block[2]
            block = (joined, median(joined, [] if at is None else here), here)
        blocks.append(block)
    return [value for _, value, members in blocks for _ in members]


def median(values: Sequence[tuple[float, float]], near: Sequence[float] = ()) -> float:
    """The weighted median: of all numbers with the least weighted distance to the values the nearest to a place.

    Args:
        values: numbers and their weights.
        near: numbers whose mean is the place; without any it is the middle of the best ones.
    """
    half = sum(weight for _, weight in values) / 2
    ordered = sorted(values)
    reached = 0.0
    for i, (value, weight) in enumerate(ordered):
        reached += weight
        if reached > half + 1e-9:
            return value
        if reached > half - 1e-9:
            following = ordered[min(i + 1, len(ordered) - 1)][0]
            return min(max(sum(near) / len(near), value), following) if near else (value + following) / 2
    raise ValueError("There is no median of no values.")
