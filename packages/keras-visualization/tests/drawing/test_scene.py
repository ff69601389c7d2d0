"""Curves: points on them, and their arrows."""

from __future__ import annotations

import numpy as np
import pytest
from keras_visualization.drawing.scene import curve


def test_points_are_on_the_curve() -> None:
    line = curve([("M", ((0.0, 0.0),)), ("C", ((0.0, 1.0), (2.0, 1.0), (2.0, 4.0)))], "#000000", lambda p: p)
    points = np.array(list(line.points(4)))
    t = np.arange(1, 5)[:, None] / 4
    corners = np.array([[0, 0], [0, 1], [2, 1], [2, 4]])
    expected = sum(c * (1 - t) ** (3 - k) * t**k * corners[k] for k, c in enumerate((1, 3, 3, 1)))
    np.testing.assert_allclose(points[1:], expected)
    np.testing.assert_allclose(points[0], 0)


@pytest.mark.parametrize(("end", "corners"), [((0, 9), [(0, 9), (-3, 2), (3, 2)]), ((9, 0), [(9, 0), (2, 3), (2, -3)])])
def test_arrows_point_along_the_line(end: tuple[float, float], corners: list[tuple[float, float]]) -> None:
    line = curve([("M", ((0.0, 0.0),)), ("L", (end,)), ("L", (end,))], "#000000", lambda p: p)
    np.testing.assert_allclose(line.tip, corners)


def test_the_drawing_may_be_turned() -> None:
    line = curve([("M", ((1.0, 2.0),)), ("L", ((1.0, 20.0),))], "#000000", lambda p: (p[1], p[0]))
    assert list(line.points()) == [(2.0, 1.0), (20.0, 1.0)]
    assert line.tip[0] == (20.0, 1.0) and line.tip[1][0] == 13.0
