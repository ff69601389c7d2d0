"""Layers of vertices, and their order."""

from __future__ import annotations

import itertools

import numpy as np
from keras_visualization.layout.layers import acyclic, crossings, ordered, ranks


def test_ranks_are_longest_ways() -> None:
    assert ranks(5, [(0, 1), (1, 2), (0, 2), (2, 3), (4, 3)]) == [0, 1, 2, 3, 2]
    assert ranks(0, []) == [] and ranks(2, []) == [0, 0]


def test_pinned_vertices() -> None:
    edges = [(0, 1), (1, 2), (3, 2), (1, 4)]
    assert ranks(5, edges, first=(3,)) == [0, 1, 2, 0, 2]
    assert ranks(5, edges, last=(4,)) == [0, 1, 2, 1, 3]


def test_circles_are_broken() -> None:
    edges = [(0, 1), (1, 2), (2, 1), (2, 3), (3, 0)]
    assert acyclic(edges) == [(0, 1), (1, 2), (1, 2), (2, 3), (0, 3)]
    assert acyclic([]) == []


def test_crossings_are_counted() -> None:
    rng = np.random.default_rng(0)
    for _ in range(20):
        edges = list({(int(a), int(b) + 6) for a, b in rng.integers(0, 6, (9, 2))})
        below: dict[int, list[int]] = {}
        for start, end in edges:
            below.setdefault(start, []).append(end)
        expected = sum((a - c) * (b - d) < 0 for (a, b), (c, d) in itertools.combinations(edges, 2))
        assert crossings([list(range(6)), list(range(6, 12))], below) == expected


def test_order_undoes_crossings() -> None:
    """A ladder that was given upside down in every second layer."""
    edges = [(0, 3), (1, 2), (2, 5), (3, 4), (4, 7), (5, 6)]
    found = ordered([[0, 1], [2, 3], [4, 5], [6, 7]], edges)
    below = {start: [end] for start, end in edges}
    assert crossings(found, below) == 0 and sorted(map(sorted, found)) == [[0, 1], [2, 3], [4, 5], [6, 7]]
