"""Boxes in layers and the ways between them."""

from __future__ import annotations

import pytest
from keras_visualization.layout.arrangement import GAP_ACROSS, GAP_ALONG, Edge, arrange


def test_a_chain() -> None:
    found = arrange([(40, 20), (60, 10)], [Edge(0, 1)])
    assert (found.width, found.height) == (60, 20 + GAP_ALONG + 10)
    assert found.middles == [(30, 10), (30, 20 + GAP_ALONG + 5)]
    (route,) = found.routes
    assert route.start == (30, 20) and route.end == (30, 20 + GAP_ALONG) and not route.is_reversed


def test_neighbours_and_long_ways() -> None:
    """A long arrow passes beside the box between, and turns within the gaps."""
    found = arrange([(40, 20)] * 3, [Edge(0, 1), Edge(1, 2), Edge(0, 2)])
    route = found.routes[2]
    assert len(route.crossings) == 2
    passing = route.crossings[0].x1
    assert passing == route.crossings[1].x0
    assert abs(passing - found.middles[1][0]) >= 20 + GAP_ACROSS
    for crossing in route.crossings:
        assert crossing.y0 < crossing.turn < crossing.y1
    two = arrange([(40, 20), (30, 20), (50, 20)], [Edge(0, 1), Edge(0, 2)])
    assert abs(two.middles[1][0] - two.middles[2][0]) == pytest.approx(15 + 25 + GAP_ACROSS)


def test_ends_apart_from_the_middle_are_straight_too() -> None:
    found = arrange([(80, 20), (40, 20)], [Edge(0, 1, start_at=25, end_at=-5)])
    (route,) = found.routes
    assert route.start[0] == route.end[0] == found.middles[0][0] + 25
    assert found.middles[1][0] == route.end[0] + 5


def test_backwards_and_nothing() -> None:
    found = arrange([(40, 20), (40, 20)], [Edge(0, 1), Edge(1, 0)])
    assert [route.is_reversed for route in found.routes] == [False, True]
    assert arrange([], []).height == 0 and arrange([(5, 6)], []).middles == [(2.5, 3)]


def test_rows_are_straight_beside_wider_boxes() -> None:
    """Two rows; each has a box that is wider than those of the other row."""
    sizes = [(60, 20), (40, 20), (90, 20), (80, 20), (40, 20), (40, 20)]
    found = arrange(sizes, [Edge(0, 1), Edge(1, 2), Edge(3, 4), Edge(4, 5)])
    across = [x for x, _ in found.middles]
    assert across[0] == across[1] == across[2] and across[3] == across[4] == across[5]
    assert abs(across[3] - across[0]) == pytest.approx((90 + 80) / 2 + GAP_ACROSS)
    wide = arrange([(60, 20), (60, 20), (300, 20), (60, 20)], [Edge(0, 1), Edge(1, 2), Edge(3, 2)])
    assert wide.width == pytest.approx(300)  # the wide box does not push away what is beside the others
