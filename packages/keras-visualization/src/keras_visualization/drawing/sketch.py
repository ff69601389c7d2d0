"""Draws a diagram: places its boxes and makes shapes of them."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from keras_visualization.drawing.scene import Item, Rectangle, Scene, Text, curve
from keras_visualization.drawing.text import text_width
from keras_visualization.layout import Rect, place

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from keras_visualization.drawing.scene import Point
    from keras_visualization.layout import Placement, Route
    from keras_visualization.models.diagram import Box, Diagram, Group

TITLE, ROW = 12.0, 10.0  # sizes of the fonts
_LINE = 1.45  # from one line of text to the next, in sizes of its font
_MARGIN = 16.0
_BEND = 5.0
_ARROW = "#5b6470"
_FRAME = ("#f5f7fa", "#9aa5b1")
_COLORS = {  # of boxes by what they are: filling and edge
    "input": ("#dff3e4", "#5a9e6f"),
    "weights": ("#dce9f9", "#4f7fb8"),
    "frozen": ("#e8e8ec", "#8a8f98"),
    "model": ("#fbead2", "#c08a3e"),
    "op": ("#ffffff", "#8a8f98"),
    "layer": ("#f7f7f7", "#8a8f98"),
}
DIRECTIONS = ("TB", "BT", "LR", "RL")
SPLINES = {
    "ortho": "ortho", "curved": "curved", "spline": "curved", "true": "curved", "polyline": "line", "line": "line",
    "false": "line", "none": "none", "": "none",
}  # fmt: skip


def scene_of(diagram: Diagram, rankdir: str, splines: str) -> Scene:
    """Draw a diagram.

    Args:
        diagram: the diagram.
        rankdir: one of `DIRECTIONS`: from where to where arrows run.
        splines: a key of `SPLINES`: how they do.
    """
    lies = rankdir in ("LR", "RL")
    placement = place(
        diagram,
        lambda box: _size(box)[::-1] if lies else _size(box),
        lambda group: (text_width(group.title, TITLE, bold=True), TITLE * _LINE),
        "left" if lies else "bottom" if rankdir == "BT" else "top",
    )
    turn = _turn(placement, rankdir)
    items = [_frame(group, _turned(rect, turn)) for group, rect in placement.groups]
    for (start, end), routes in zip(diagram.arrows, placement.arrows, strict=True):
        style = SPLINES[splines.lower()]
        if style != "none":
            commands = _commands(routes, style) if routes else _loop(placement.boxes[start])
            items.append(Item("arrow", (curve(commands, _ARROW, turn),), _names(diagram, start, end)))
    items += [_label(box, _turned(placement.boxes[box.key], turn)) for box in diagram.root.boxes()]
    width, height = (placement.height, placement.width) if lies else (placement.width, placement.height)
    return Scene(width + 2 * _MARGIN, height + 2 * _MARGIN, diagram.root.title, tuple(items))


def _turn(placement: Placement, rankdir: str) -> Callable[[Point], Point]:
    """Where a point of a drawing from top to bottom is in one of another direction, with a margin."""
    length = placement.height

    def turn(point: Point) -> Point:
        x, y = point
        if rankdir in ("BT", "RL"):
            y = length - y
        return (y + _MARGIN, x + _MARGIN) if rankdir in ("LR", "RL") else (x + _MARGIN, y + _MARGIN)

    return turn


def _turned(rect: Rect, turn: Callable[[Point], Point]) -> Rect:
    (x0, y0), (x1, y1) = turn((rect.x, rect.y)), turn((rect.x + rect.width, rect.y + rect.height))
    return Rect(min(x0, x1), min(y0, y1), abs(x1 - x0), abs(y1 - y0))


def _names(diagram: Diagram, start: str, end: str) -> str:
    names = {box.key: box.tooltip for box in diagram.root.boxes()}
    return f"{names[start]} → {names[end]}"


# -- boxes


def _columns(box: Box) -> tuple[float, float]:
    """The widths of a box's rows: of the names, and of the values."""
    return (
        max((text_width(name, ROW) for name, _ in box.rows), default=0.0),
        max((text_width(value, ROW) for _, value in box.rows), default=0.0),
    )


def _size(box: Box) -> tuple[float, float]:
    names, values = _columns(box)
    width = max(text_width(box.title, TITLE, bold=True), names + values + 10 if box.rows else 0.0)
    return width + 20, TITLE * _LINE + len(box.rows) * ROW * _LINE + 8


def _label(box: Box, at: Rect) -> Item:
    fill, stroke = _COLORS[box.role]
    width = text_width(box.title, TITLE, bold=True)
    y = at.y + 4 + TITLE * 1.1
    shapes: list[Rectangle | Text] = [
        Rectangle(*at, fill, stroke),
        Text(at.x + (at.width - width) / 2, y, box.title, TITLE, width, "#1f2933", bold=True),
    ]
    names, values = _columns(box)
    left = at.x + (at.width - names - values - 10) / 2
    for number, (name, value) in enumerate(box.rows, 1):
        base = y + number * ROW * _LINE
        shapes.append(Text(left, base, name, ROW, text_width(name, ROW), "#66707c"))
        shapes.append(Text(left + names + 10, base, value, ROW, text_width(value, ROW), "#1f2933"))
    return Item("layer", tuple(shapes), box.tooltip)


def _frame(group: Group, at: Rect) -> Item:
    width = text_width(group.title, TITLE, bold=True)
    title = Text(at.x + 8, at.y + 4 + TITLE * 1.1, group.title, TITLE, width, "#52606d", bold=True)
    return Item("model", (Rectangle(*at, *_FRAME, radius=7.0), title), group.title)


# -- arrows

_Commands = list[tuple[str, tuple["Point", ...]]]


def _loop(box: Rect) -> _Commands:
    """An arrow from a box to itself, for a layer that is called on what it gave."""
    right, middle = box.x + box.width, box.y + box.height / 2
    corners = [(right, middle + 6), (right + 12, middle + 6), (right + 12, middle - 6), (right, middle - 6)]
    return _rounded(corners)


def _commands(routes: Sequence[Route], style: str) -> _Commands:
    if style == "curved":
        return _curved(routes)
    points: list[Point] = []
    for route in routes:
        one = [route.start]
        for c in route.crossings:
            if style == "line":
                one += [(c.x0, c.y0), (c.x1, c.y1)]
            elif abs(c.x0 - c.x1) >= 0.5:
                one += [(c.x0, c.turn), (c.x1, c.turn)]
        one.append(route.end)
        points += one[::-1] if route.is_reversed else one
    if style == "line":
        return [("M", (points[0],)), *(("L", (point,)) for point in points[1:])]
    return _rounded(points)


def _rounded(points: Sequence[Point]) -> _Commands:
    """Straight pieces with round corners."""
    corners = [points[0]]
    for before, point in pairwise(points):
        if abs(before[0] - point[0]) + abs(before[1] - point[1]) > 1e-6:
            corners.append(point)
    found: _Commands = [("M", (corners[0],))]
    for before, corner, after in zip(corners, corners[1:], corners[2:], strict=False):
        start, end = _towards(corner, before), _towards(corner, after)
        found += [("L", (start,)), ("Q", (corner, end))]
    return [*found, ("L", (corners[-1],))]


def _towards(corner: Point, other: Point) -> Point:
    """The place where the bend of a corner begins."""
    dx, dy = other[0] - corner[0], other[1] - corner[1]
    length = (dx * dx + dy * dy) ** 0.5
    part = min(_BEND, length / 2) / length
    return corner[0] + dx * part, corner[1] + dy * part


def _curved(routes: Sequence[Route]) -> _Commands:
    found: _Commands = []
    for route in routes:
        pieces: _Commands = [("M", (route.start,))]
        for c in route.crossings:
            middle = (c.y0 + c.y1) / 2
            pieces += [("L", ((c.x0, c.y0),)), ("C", ((c.x0, middle), (c.x1, middle), (c.x1, c.y1)))]
        pieces.append(("L", (route.end,)))
        if route.is_reversed:
            pieces = _backwards(pieces)
        found += [("L", pieces[0][1]), *pieces[1:]] if found else pieces
    return found


def _backwards(commands: _Commands) -> _Commands:
    ends = [points[-1] for _, points in commands]
    found: _Commands = [("M", (ends[-1],))]
    for (name, points), end in zip(reversed(commands[1:]), reversed(ends[:-1]), strict=True):
        found.append((name, (*reversed(points[:-1]), end)))
    return found
