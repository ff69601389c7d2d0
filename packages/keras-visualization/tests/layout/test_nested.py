"""Groups in groups."""

from __future__ import annotations

from itertools import pairwise

from keras_visualization.layout.nested import PADDING, Placement, place
from keras_visualization.models.diagram import Box, Diagram, Group


def placed(side: str = "top") -> Placement:
    boxes = [Box(f"b{i}", "", (), "layer", "") for i in range(4)]
    inner = Group("inner", "inner", [boxes[2]])
    outer = Group("outer", "outer", [boxes[1], inner])
    diagram = Diagram(
        Group("root", "", [boxes[0], outer, boxes[3]]), (("b0", "b1"), ("b1", "b2"), ("b2", "b3"), ("b0", "b0"))
    )
    return place(diagram, lambda box: (40, 20), lambda group: (30, 10), side)


def test_frames_lie_in_frames() -> None:
    found = placed()
    assert [group.key for group, _ in found.groups] == ["outer", "inner"]
    outer, inner = (rect for _, rect in found.groups)
    assert outer.x + PADDING <= inner.x and inner.y + inner.height + PADDING <= outer.y + outer.height
    box = found.boxes["b2"]
    assert inner.x + PADDING <= box.x and inner.y + PADDING + 10 <= box.y
    assert found.boxes["b0"].y + 20 < outer.y and outer.y + outer.height < found.boxes["b3"].y


def test_arrows_cross_frames_in_pieces_that_meet() -> None:
    found = placed()
    into, within, out, loop = found.arrows
    assert [len(way) for way in (into, within, out, loop)] == [2, 2, 3, 0]
    for way in (into, within, out):
        for before, after in pairwise(way):
            assert before.end[0] == after.start[0] and before.end[1] <= after.start[1]
    outer = found.groups[0][1]
    assert into[0].end[1] == outer.y and into[1].end == (found.boxes["b1"].x + 20, found.boxes["b1"].y)
    assert into[0].end[0] >= outer.x + 30  # beside the head


def test_where_the_head_is() -> None:
    top, bottom, left = (placed(side) for side in ("top", "bottom", "left"))
    frames = [one.groups[1][1] for one in (top, bottom, left)]
    assert frames[0].height == frames[1].height == frames[2].height + 10
    before = [one.boxes["b2"].y - frame.y for one, frame in zip((top, bottom, left), frames, strict=True)]
    assert before[0] == before[1] + 10 == before[2] + 10
    assert left.boxes["b2"].x - frames[2].x == PADDING + 10
