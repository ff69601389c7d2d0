"""Which layer of a layered drawing each vertex is in, and in which order they stand there."""

from __future__ import annotations

from bisect import bisect_right, insort
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

_SWEEPS = 12


def ranks(
    count: int, edges: Sequence[tuple[int, int]], first: Collection[int] = (), last: Collection[int] = ()
) -> list[int]:
    """The layer of each vertex, from 0: the longest way from a beginning, or just before what needs it.

    Args:
        count: number of vertices.
        edges: pairs of vertices; they make no circle.
        first: vertices that stay in layer 0; nothing leads to them.
        last: vertices that are in the last layer; nothing leads from them.
    """
    after: list[list[int]] = [[] for _ in range(count)]
    waiting = [0] * count
    for start, end in edges:
        after[start].append(end)
        waiting[end] += 1
    order = [v for v in range(count) if not waiting[v]]
    beginnings = set(order)
    found = [0] * count
    for vertex in order:
        for follower in after[vertex]:
            found[follower] = max(found[follower], found[vertex] + 1)
            waiting[follower] -= 1
            if not waiting[follower]:
                order.append(follower)
    for vertex in beginnings - set(first):
        if after[vertex]:
            found[vertex] = min(found[follower] for follower in after[vertex]) - 1
    end = max((found[v] + (v not in last) for v in range(count)), default=0)
    for vertex in last:
        found[vertex] = end
    return found


def acyclic(edges: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """The edges, turned around where they close a circle: a layer that is called on what came from it.

    Args:
        edges: pairs of different vertices.
    """
    after: dict[int, list[int]] = {}
    for start, end in edges:
        after.setdefault(start, []).append(end)
    state: dict[int, int] = {}  # 1 while its followers are visited, then 2
    backward: set[tuple[int, int]] = set()
    for root in sorted({v for edge in edges for v in edge}):
        stack = [(root, iter(after.get(root, ())))] if root not in state else []
        state.setdefault(root, 1)
        while stack:
            vertex, followers = stack[-1]
            follower = next(followers, None)
            if follower is None:
                state[vertex] = 2
                stack.pop()
            elif follower not in state:
                state[follower] = 1
                stack.append((follower, iter(after.get(follower, ()))))
            elif state[follower] == 1:
                backward.add((vertex, follower))
    return [(end, start) if (start, end) in backward else (start, end) for start, end in edges]


def ordered(layers: list[list[int]], edges: Sequence[tuple[int, int]]) -> list[list[int]]:
    """The layers with their vertices in an order in which few edges cross.

    Each vertex goes to the mean place of its neighbours, layer by layer down and up again.

    Args:
        layers: vertices by layer.
        edges: pairs of vertices of one layer and the next.
    """
    above: dict[int, list[int]] = {}
    below: dict[int, list[int]] = {}
    for start, end in edges:
        above.setdefault(end, []).append(start)
        below.setdefault(start, []).append(end)
    current = [list(layer) for layer in layers]
    best, fewest = current, crossings(current, below)
    for sweep in range(_SWEEPS):
        if not fewest:
            break
        down = sweep % 2 == 0
        neighbours = above if down else below
        current = [list(layer) for layer in current]
        for number in range(1, len(current)) if down else range(len(current) - 2, -1, -1):
            places = {vertex: i for i, vertex in enumerate(current[number - 1 if down else number + 1])}
            means = {}
            for i, vertex in enumerate(current[number]):
                found = [places[v] for v in neighbours.get(vertex, ())]
                means[vertex] = sum(found) / len(found) if found else float(i)
            current[number].sort(key=means.__getitem__)
        count = crossings(current, below)
        if count < fewest:
            best, fewest = current, count
    return best


def crossings(layers: Sequence[Sequence[int]], below: dict[int, list[int]]) -> int:
    """How many pairs of edges cross.

    Args:
        layers: vertices by layer, in their order.
        below: for each vertex those of the next layer that it leads to.
    """
    total = 0
    for upper, lower in pairwise(layers):
        places = {vertex: i for i, vertex in enumerate(lower)}
        met: list[int] = []
        for vertex in upper:
            ends = sorted(places[v] for v in below.get(vertex, ()))
            total += sum(len(met) - bisect_right(met, end) for end in ends)
            for end in ends:
                insort(met, end)
    return total
