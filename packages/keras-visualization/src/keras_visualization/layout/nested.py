"""Places the boxes of a diagram whose groups hold boxes of their own: each group is arranged, then is a box itself."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from keras_visualization.layout.arrangement import Crossing, Edge, Route, arrange
from keras_visualization.models.diagram import Group

if TYPE_CHECKING:
    from collections.abc import Callable

    from keras_visualization.models.diagram import Box, Diagram

PADDING = 12.0  # between a group's frame and what is inside


class Rect(NamedTuple):
    """A rectangle by its left upper corner."""

    x: float
    y: float
    width: float
    height: float


class End(NamedTuple):
    """An end of a piece of an arrow: a box, or the frame of the group where the arrow of a box comes in or goes out."""

    at_frame: bool
    box: str


Piece = tuple[End, End]


@dataclass
class Placement:
    """Where everything is; arrows run downwards.

    Attributes:
        width, height: of all.
        boxes: by key.
        groups: each group with its frame, outer ones first.
        arrows: the pieces of each arrow of the diagram, in order; none for one from a box to itself.
    """

    width: float
    height: float
    boxes: dict[str, Rect] = field(default_factory=dict)
    groups: list[tuple[Group, Rect]] = field(default_factory=list)
    arrows: list[list[Route]] = field(default_factory=list)


@dataclass
class _Arranged:
    """A group by itself: sizes, where its members are in it, the ways of pieces, and where arrows cross its frame."""

    width: float
    height: float
    members: list[tuple[Box | Group, Rect]]
    routes: dict[Piece, Route]
    entries: dict[str, float]
    exits: dict[str, float]


def place(
    diagram: Diagram,
    size_of: Callable[[Box], tuple[float, float]],
    header_of: Callable[[Group], tuple[float, float]],
    header_side: str = "top",
) -> Placement:
    """Place a diagram from top to bottom.

    Args:
        diagram: the diagram.
        size_of: width and height of a box.
        header_of: width and height of what stands at the head of a group, at its left.
        header_side: the side of a frame that this is at: "top", "bottom" or "left", since drawings are turned
            afterwards. The size is meant after turning. Defaults to "top".
    """
    owners: dict[str, list[Group]] = {}
    _find_owners(diagram.root, [], owners)
    pieces: dict[str, dict[Piece, None]] = {}
    ways: list[list[tuple[str, Piece]]] = []
    for start, end in diagram.arrows:
        ways.append(_pieces(start, end, owners))
        for group, piece in ways[-1]:
            pieces.setdefault(group, {})[piece] = None
    placer = _Placer(pieces, owners, size_of, header_of, header_side)
    whole = placer.arrange(diagram.root, is_root=True)
    placement = Placement(whole.width, whole.height)
    routes: dict[tuple[str, Piece], Route] = {}
    placer.collect(diagram.root, 0.0, 0.0, placement, routes)
    placement.arrows = [[routes[one] for one in way] for way in ways]
    return placement


def _find_owners(group: Group, chain: list[Group], owners: dict[str, list[Group]]) -> None:
    """For each box and group the groups that it is in, from the outermost to the innermost."""
    for member in group.members:
        owners[member.key] = [*chain, group]
        if isinstance(member, Group):
            _find_owners(member, [*chain, group], owners)


def _pieces(start: str, end: str, owners: dict[str, list[Group]]) -> list[tuple[str, Piece]]:
    """The pieces of an arrow with the group that each is in: out of groups, between two members, and into groups."""
    if start == end:
        return []
    leaving, reaching = owners[start], owners[end]
    common = 0
    while common < min(len(leaving), len(reaching)) and leaving[common] is reaching[common]:
        common += 1
    found = [(g.key, (End(False, start), End(True, start))) for g in reversed(leaving[common:])]
    found.append((leaving[common - 1].key, (End(False, start), End(False, end))))
    return found + [(g.key, (End(True, end), End(False, end))) for g in reaching[common:]]


class _Placer:
    def __init__(
        self,
        pieces: dict[str, dict[Piece, None]],
        owners: dict[str, list[Group]],
        size_of: Callable[[Box], tuple[float, float]],
        header_of: Callable[[Group], tuple[float, float]],
        header_side: str,
    ) -> None:
        self.pieces = pieces
        self.owners = owners
        self.size_of = size_of
        self.header_of = header_of
        self.header_side = header_side
        self.arranged: dict[str, _Arranged] = {}

    def arrange(self, group: Group, is_root: bool = False) -> _Arranged:
        """Arrange a group and the groups inside."""
        sizes: list[tuple[float, float]] = []
        numbers: dict[str, int] = {}
        for member in group.members:
            numbers[member.key] = len(sizes)
            if isinstance(member, Group):
                inner = self.arrange(member)
                sizes.append((inner.width, inner.height))
            else:
                sizes.append(self.size_of(member))
        pieces = list(self.pieces.get(group.key, ()))
        entries: dict[str, int] = {}
        exits: dict[str, int] = {}
        for start, end in pieces:
            for one, ports in ((start, entries), (end, exits)):
                if one.at_frame and one.box not in ports:
                    ports[one.box] = len(sizes)
                    sizes.append((0.0, 0.0))
        edges = []
        for start, end in pieces:
            first, start_at = (
                (entries[start.box], 0.0) if start.at_frame else self._member(group, numbers, start.box, 0)
            )
            last, end_at = (exits[end.box], 0.0) if end.at_frame else self._member(group, numbers, end.box, 1)
            edges.append(Edge(first, last, start_at, end_at))
        found = arrange(sizes, edges, tuple(entries.values()), tuple(exits.values()))
        crossing = exits if self.header_side == "bottom" else entries if self.header_side == "top" else {}
        crossed = [found.middles[i][0] for i in crossing.values()]
        left, top, width, height = self._frame(group, found.width, found.height, crossed, is_root)
        self.arranged[group.key] = result = _Arranged(
            width,
            height,
            [
                (member, Rect(left + x - sizes[i][0] / 2, top + y - sizes[i][1] / 2, *sizes[i]))
                for i, (member, (x, y)) in enumerate(zip(group.members, found.middles, strict=False))
            ],
            {piece: shifted(route, left, top) for piece, route in zip(pieces, found.routes, strict=True)},
            {box: found.middles[i][0] + left for box, i in entries.items()},
            {box: found.middles[i][0] + left for box, i in exits.items()},
        )
        return result

    def _member(self, group: Group, numbers: dict[str, int], box: str, side: int) -> tuple[int, float]:
        """The number of the member that a box is or is in, and where its arrows cross that member's frame."""
        chain = self.owners[box]
        depth = next(i for i, one in enumerate(chain) if one is group)
        if depth + 1 == len(chain):
            return numbers[box], 0.0
        inner = self.arranged[chain[depth + 1].key]
        crossing = (inner.exits, inner.entries)[side].get(box, inner.width / 2)
        return numbers[chain[depth + 1].key], crossing - inner.width / 2

    def _frame(
        self, group: Group, width: float, height: float, crossed: list[float], is_root: bool
    ) -> tuple[float, float, float, float]:
        """Where what is inside begins, and the frame's size, so that no arrow runs through its head."""
        if is_root:
            return 0.0, 0.0, width, height
        long, high = self.header_of(group)
        if self.header_side == "left":
            whole = max(height, long)
            return PADDING + high, PADDING + (whole - height) / 2, width + 2 * PADDING + high, whole + 2 * PADDING
        whole = max(width, long, width + 2 * (long - min(crossed, default=long)))
        top = PADDING + (high if self.header_side == "top" else 0.0)
        return PADDING + (whole - width) / 2, top, whole + 2 * PADDING, height + 2 * PADDING + high

    def collect(
        self, group: Group, x: float, y: float, placement: Placement, routes: dict[tuple[str, Piece], Route]
    ) -> None:
        """Put everything that is in a group at its place in the whole."""
        found = self.arranged[group.key]
        for piece, route in found.routes.items():
            routes[group.key, piece] = shifted(route, x, y)
        for member, rect in found.members:
            at = Rect(x + rect.x, y + rect.y, rect.width, rect.height)
            if isinstance(member, Group):
                placement.groups.append((member, at))
                self.collect(member, at.x, at.y, placement, routes)
            else:
                placement.boxes[member.key] = at


def shifted(route: Route, x: float, y: float) -> Route:
    """A route moved to the right and down."""
    return Route(
        (route.start[0] + x, route.start[1] + y),
        tuple(Crossing(c.x0 + x, c.y0 + y, c.turn + y, c.x1 + x, c.y1 + y) for c in route.crossings),
        (route.end[0] + x, route.end[1] + y),
        route.is_reversed,
    )
