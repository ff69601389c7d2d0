"""Places along a layer: compared with a linear program and with NumPy's median."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from keras_visualization.layout.places import Pull, ascending, median, places


def test_medians() -> None:
    rng = np.random.default_rng(1)
    for count in (1, 2, 5, 8):
        values = rng.normal(size=count)
        assert median([(float(v), 1.0) for v in values]) == pytest.approx(np.median(values))
    assert median([(0.0, 1.0), (5.0, 3.0), (9.0, 1.0)]) == 5.0
    assert [median([(0.0, 1.0), (4.0, 1.0)], [near]) for near in (-1.0, 1.0, 9.0)] == [0.0, 1.0, 4.0]
    with pytest.raises(ValueError, match="no median of no values"):
        median([])


def test_ascending_numbers_are_the_nearest() -> None:
    """As good as what a linear program finds: least weighted distances of numbers that do not fall."""
    linprog = pytest.importorskip("scipy.optimize").linprog
    rng = np.random.default_rng(2)
    for _ in range(10):
        wanted = [
            [(float(rng.normal()), float(rng.integers(1, 4))) for _ in range(rng.integers(1, 4))] for _ in range(5)
        ]
        found = ascending(wanted)
        assert all(a <= b for a, b in pairwise(found))
        pairs = [(i, value, weight) for i, values in enumerate(wanted) for value, weight in values]
        rows, right = [], []
        for k, (i, value, _) in enumerate(pairs):
            for sign in (1, -1):
                row = np.zeros(5 + len(pairs))
                row[i], row[5 + k] = sign, -1
                rows.append(row)
                right.append(sign * value)
        for i in range(4):
            row = np.zeros(5 + len(pairs))
            row[i], row[i + 1] = 1, -1
            rows.append(row)
            right.append(0)
        costs = [0.0] * 5 + [weight for _, _, weight in pairs]
        best = linprog(costs, np.array(rows), right, bounds=[(None, None)] * 5 + [(0, None)] * len(pairs))
        assert sum(weight * abs(found[i] - value) for i, value, weight in pairs) == pytest.approx(best.fun)


def test_neighbours_keep_their_distance_and_chains_are_straight() -> None:
    layers = [[0], [1, 2], [3]]
    widths = [40.0, 30.0, 50.0, 40.0]
    above = [[], [Pull(0, 0, 1)], [Pull(0, 0, 8)], [Pull(1, 0, 1), Pull(2, 0, 8)]]
    below = [[Pull(1, 0, 1), Pull(2, 0, 8)], [Pull(3, 0, 1)], [Pull(3, 0, 8)], []]
    found = places(layers, widths, above, below, 10)
    assert found[0] == found[2] == found[3]
    assert found[2] - found[1] == pytest.approx(15 + 25 + 10)
