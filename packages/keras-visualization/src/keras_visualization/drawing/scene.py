"""What a drawing consists of, whatever file it goes to. Sizes are points, of which an inch has 72."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

Point = tuple[float, float]


@dataclass(frozen=True)
class Rectangle:
    """A rectangle with round corners.

    Attributes:
        x, y: its left upper corner.
        width, height: its size.
        fill: its colour, such as "#ffffff".
        stroke: the colour of its edge.
        radius: of its corners.
    """

    x: float
    y: float
    width: float
    height: float
    fill: str
    stroke: str
    radius: float = 4.0


@dataclass(frozen=True)
class Text:
    """A line of text.

    Attributes:
        x: where it begins.
        y: its base line.
        text: what it says.
        size: of the font.
        width: how wide it is.
        color: of the letters.
        bold: whether they are.
    """

    x: float
    y: float
    text: str
    size: float
    width: float
    color: str
    bold: bool = False


@dataclass(frozen=True)
class Curve:
    """A line or curve with an arrow at its end.

    Attributes:
        commands: as in SVG: "M" and "L" with a point, "Q" with two and "C" with three.
        color: of line and arrow.
        tip: the three corners of the arrow.
    """

    commands: tuple[tuple[str, tuple[Point, ...]], ...]
    color: str
    tip: tuple[Point, Point, Point]

    def points(self, steps: int = 12) -> Iterator[Point]:
        """Points on it, with straight lines between.

        Args:
            steps: how many each curved piece has. Defaults to 12.
        """
        at = (0.0, 0.0)
        for _, given in self.commands:
            control = (at, *given)
            for step in range(1, steps + 1) if len(given) > 1 else (1,):
                yield _on_bezier(control, step / steps if len(given) > 1 else 1.0)
            at = given[-1]


@dataclass(frozen=True)
class Item:
    """Shapes that belong together: a layer, a frame, or an arrow.

    Attributes:
        kind: "layer", "model" or "arrow".
        shapes: what is drawn, in order.
        tooltip: what a viewer may say about it.
    """

    kind: str
    shapes: tuple[Rectangle | Text | Curve, ...]
    tooltip: str = ""


@dataclass(frozen=True)
class Scene:
    """A drawing.

    Attributes:
        width, height: its size; x grows to the right and y downwards.
        title: what it shows.
        items: what is drawn, in order.
    """

    width: float
    height: float
    title: str
    items: tuple[Item, ...]


def _on_bezier(control: tuple[Point, ...], t: float) -> Point:
    """A point of a Bézier curve, by de Casteljau's algorithm."""
    while len(control) > 1:
        control = tuple((a[0] + (b[0] - a[0]) * t, a[1] + (b[1] - a[1]) * t) for a, b in pairwise(control))
    return control[0]


def curve(commands: list[tuple[str, tuple[Point, ...]]], color: str, turn: Callable[[Point], Point]) -> Curve:
    """A curve with its arrow.

    Args:
        commands: as those of `Curve`.
        color: as that of `Curve`.
        turn: gives the place of each point in the drawing.
    """
    placed = [(name, tuple(map(turn, points))) for name, points in commands]
    flat = [point for _, points in placed for point in points]
    end = flat[-1]
    before = next((p for p in reversed(flat) if abs(p[0] - end[0]) + abs(p[1] - end[1]) > 1e-6), (end[0], end[1] - 1))
    length = ((end[0] - before[0]) ** 2 + (end[1] - before[1]) ** 2) ** 0.5
    dx, dy = (end[0] - before[0]) / length, (end[1] - before[1]) / length
    base = (end[0] - 7 * dx, end[1] - 7 * dy)
    tip = (end, (base[0] - 3 * dy, base[1] + 3 * dx), (base[0] + 3 * dy, base[1] - 3 * dx))
    return Curve(tuple(placed), color, tip)
