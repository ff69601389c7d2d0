"""Tracks of the pieces that run sideways."""

from __future__ import annotations

from keras_visualization.layout.tracks import Net, tracks


def test_straight_ones_need_none_and_separate_ones_share() -> None:
    assert tracks([]) == []
    assert tracks([Net(0, (0,)), Net(10, (30,)), Net(40, (60, 50))]) == [0, 0, 0]


def test_pieces_never_lie_on_each_other() -> None:
    found = tracks([Net(0, (30,)), Net(20, (50,)), Net(40, (70,))])
    assert found[0] != found[1] != found[2]


def test_what_comes_from_above_a_place_turns_off_first() -> None:
    """One runs from 10 to 30, another from 50 to 10: the first leaves that column above the second's arrival."""
    assert tracks([Net(50, (10,)), Net(10, (30,))]) == [1, 0]
    crossed = tracks([Net(0, (10,)), Net(10, (0,))])  # each wants to be first
    assert sorted(crossed) == [0, 1]
