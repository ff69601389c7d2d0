"""Arranges boxes of any size in layers, and says where the arrows between them run."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from keras_visualization.layout.layers import acyclic, ordered, ranks
from keras_visualization.layout.places import Pull, places
from keras_visualization.layout.tracks import Net, tracks

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

GAP_ACROSS = 22.0  # between neighbours in a layer
GAP_ALONG = 26.0  # between two layers, with one track
TRACK = 9.0  # between two tracks
_ALIKE = 2.0  # how many times wider than another box of its row one may be


class Edge(NamedTuple):
    """An arrow from one box to another.

    Attributes:
        start: number of the box that it leaves.
        end: number of the box that it reaches.
        start_at: where it leaves, from the middle of the box.
        end_at: where it arrives, likewise.
    """

    start: int
    end: int
    start_at: float = 0.0
    end_at: float = 0.0


class Crossing(NamedTuple):
    """How an arrow gets from one layer to the next.

    Attributes:
        x0: where it is above.
        y0: where the layer above ends.
        turn: where it may run sideways.
        x1: where it is below.
        y1: where the layer below begins.
    """

    x0: float
    y0: float
    turn: float
    x1: float
    y1: float


@dataclass(frozen=True)
class Route:
    """The way of an arrow, downwards.

    Attributes:
        start: where it leaves a box, x and y.
        crossings: the gaps between layers that it crosses.
        end: where it reaches the other box.
        is_reversed: whether it is an arrow upwards, from `end` to `start`.
    """

    start: tuple[float, float]
    crossings: tuple[Crossing, ...]
    end: tuple[float, float]
    is_reversed: bool = False


@dataclass(frozen=True)
class Arrangement:
    """Where everything is; x grows to the right and y downwards, both from 0.

    Attributes:
        width, height: of all.
        middles: x and y of each box's middle.
        routes: the way of each edge.
    """

    width: float
    height: float
    middles: list[tuple[float, float]]
    routes: list[Route]


def arrange(
    sizes: Sequence[tuple[float, float]],
    edges: Sequence[Edge],
    first: Collection[int] = (),
    last: Collection[int] = (),
) -> Arrangement:
    """Arrange boxes in layers from top to bottom.

    Args:
        sizes: width and height of each box.
        edges: arrows between different boxes.
        first: boxes that stay at the top, to which nothing leads.
        last: boxes that stay at the bottom, from which nothing leads.
    """
    pairs = acyclic([(edge.start, edge.end) for edge in edges])
    turned = [pair != (edge.start, edge.end) for pair, edge in zip(pairs, edges, strict=True)]
    downward = [
        Edge(edge.end, edge.start, edge.end_at, edge.start_at) if back else edge
        for edge, back in zip(edges, turned, strict=True)
    ]
    rank = ranks(len(sizes), pairs, first, last)
    layers: list[list[int]] = [[] for _ in range(max(rank, default=-1) + 1)]
    for vertex, number in enumerate(rank):
        layers[number].append(vertex)
    widths = [width for width, _ in sizes]
    heights = [max((sizes[v][1] for v in layer), default=0.0) for layer in layers]
    chains = []  # for each edge the vertices that it passes: its boxes, and a point in each layer between
    for edge in downward:
        points = []
        for number in range(rank[edge.start] + 1, rank[edge.end]):
            points.append(len(widths))
            layers[number].append(len(widths))
            widths.append(0.0)
        chains.append([edge.start, *points, edge.end])
    steps = [pair for chain in chains for pair in pairwise(chain)]
    layers = ordered(layers, steps)
    x = _places(layers, widths, downward, chains, len(sizes))
    left = min((at - width / 2 for at, width in zip(x, widths, strict=True)), default=0.0)
    x = [at - left for at in x]
    turns, tops = _turns(downward, chains, rank, x, heights)
    routes = []
    for edge, chain, back in zip(downward, chains, turned, strict=True):
        at = [x[v] for v in chain]
        at[0] += edge.start_at
        at[-1] += edge.end_at
        base = rank[edge.start]
        crossed = tuple(
            Crossing(
                at[i],
                tops[base + i] + heights[base + i],
                turns[base + i, at[i], chain[i]],
                at[i + 1],
                tops[base + i + 1],
            )
            for i in range(len(chain) - 1)
        )
        bottom = _middle(tops, heights, base) + sizes[edge.start][1] / 2
        top = _middle(tops, heights, rank[edge.end]) - sizes[edge.end][1] / 2
        routes.append(Route((at[0], bottom), crossed, (at[-1], top), back))
    middles = [(x[v], _middle(tops, heights, rank[v])) for v in range(len(sizes))]
    width = max((at + w / 2 for at, w in zip(x, widths, strict=True)), default=0.0)
    return Arrangement(width, tops[-1] + heights[-1] if tops else 0.0, middles, routes)


def _middle(tops: Sequence[float], heights: Sequence[float], number: int) -> float:
    return tops[number] + heights[number] / 2


def _places(
    layers: list[list[int]], widths: list[float], edges: list[Edge], chains: list[list[int]], boxes: int
) -> list[float]:
    above: list[list[Pull]] = [[] for _ in widths]
    below: list[list[Pull]] = [[] for _ in widths]
    leaving, reaching = Counter(edge.start for edge in edges), Counter(edge.end for edge in edges)
    following: dict[int, int] = {}
    for edge, chain in zip(edges, chains, strict=True):
        alone = leaving[edge.start] == reaching[edge.end] == 1
        if alone and len(chain) == 2:
            following[edge.start] = edge.end
        for i, (upper, lower) in enumerate(pairwise(chain)):
            weight = (4.0 if alone else 1.0, 2.0, 8.0)[(upper >= boxes) + (lower >= boxes)]
            shift = (edge.start_at if i == 0 else 0.0) - (edge.end_at if i == len(chain) - 2 else 0.0)
            above[lower].append(Pull(upper, shift, weight))
            below[upper].append(Pull(lower, -shift, weight))
    return places(layers, _room(widths, following), above, below, GAP_ACROSS)


def _room(widths: list[float], following: dict[int, int]) -> list[float]:
    """The widths that boxes are given room for: those of a row, in which each only leads to the next, have the same.

    So neighbours of one of them do not bend the row; a box that is much wider than others has its width alone.
    """
    found = list(widths)
    for first in following.keys() - set(following.values()):
        row = [first]
        while row[-1] in following:
            row.append(following[row[-1]])
        widest = max(widths[v] for v in row)
        for v in row:
            found[v] = widest if widest <= _ALIKE * widths[v] else widths[v]
    return found


def _turns(
    edges: list[Edge], chains: list[list[int]], rank: list[int], x: list[float], heights: list[float]
) -> tuple[dict[tuple[int, float, int], float], list[float]]:
    """By layer, place and vertex where arrows from there run sideways, and where each layer begins."""
    nets: list[dict[tuple[float, int], list[float]]] = [{} for _ in heights]
    for edge, chain in zip(edges, chains, strict=True):
        for i, (upper, lower) in enumerate(pairwise(chain)):
            start = x[upper] + (edge.start_at if i == 0 else 0.0)
            end = x[lower] + (edge.end_at if i == len(chain) - 2 else 0.0)
            nets[rank[edge.start] + i].setdefault((start, upper), []).append(end)
    turns: dict[tuple[int, float, int], float] = {}
    tops, top = [], 0.0
    for number, (height, crossing) in enumerate(zip(heights, nets, strict=True)):
        tops.append(top)
        chosen = tracks([Net(start, tuple(ends)) for (start, _), ends in crossing.items()])
        used = max(chosen, default=0)
        for (start, vertex), track in zip(crossing, chosen, strict=True):
            turns[number, start, vertex] = top + height + GAP_ALONG * 0.4 + track * TRACK
        top += height + GAP_ALONG + used * TRACK
    return turns, tops
