"""Mapping over nested arguments."""

from collections import namedtuple

from keras_core.graph.nested import leaves_of, map_nested

Pair = namedtuple("Pair", "a b")


def test_containers_keep_their_kind():
    value = [1, (2, {"k": 3}), Pair(4, 5), slice(6, None, 7)]
    mapped = map_nested(lambda leaf: None if leaf is None else leaf * 10, value)
    assert mapped == [10, (20, {"k": 30}), Pair(40, 50), slice(60, None, 70)]
    assert isinstance(mapped[2], Pair)


def test_leaves_come_in_order():
    assert leaves_of([1, (2, {"k": None}), slice(3, 4)]) == [1, 2, None, 3, 4, None]


def test_a_class_of_containers_may_be_a_leaf():
    value = [Pair(1, 2), {"k": (Pair(3, 4), 5)}, slice(Pair(6, 7), None)]
    mapped = map_nested(lambda leaf: sum(leaf) if isinstance(leaf, Pair) else leaf, value, (Pair,))
    assert mapped == [3, {"k": (7, 5)}, slice(13, None)]
    assert leaves_of(value, (Pair,)) == [Pair(1, 2), Pair(3, 4), 5, Pair(6, 7), None, None]
