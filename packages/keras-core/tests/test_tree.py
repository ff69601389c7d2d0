"""Nested structures."""

from __future__ import annotations

from collections import namedtuple

import pytest
from keras_core import tree

Pair = namedtuple("Pair", "left right")
NESTED = {"b": [1, (2, None)], "a": Pair(3, [])}


def test_flatten_and_pack() -> None:
    assert tree.flatten(NESTED) == [3, 1, 2, None]
    assert tree.pack_sequence_as(NESTED, "wxyz") == {"b": ["x", ("y", "z")], "a": Pair("w", [])}
    assert tree.flatten(5) == [5]
    with pytest.raises(ValueError, match="got 2 leaves for a structure of 4"):
        tree.pack_sequence_as(NESTED, [1, 2])


def test_paths() -> None:
    assert tree.flatten_with_path({"a": [7, 8]}) == [(("a", 0), 7), (("a", 1), 8)]


def test_map_structure() -> None:
    assert tree.map_structure(lambda a, b: a + b, [1, {"k": 2}], [10, {"k": 20}]) == [11, {"k": 22}]
    with pytest.raises(ValueError, match=r"[Ee]xpected|mismatch"):
        tree.map_structure(lambda a, b: a, [1, 2], [1])
    with pytest.raises(ValueError, match="at least one"):
        tree.map_structure(len)


def test_map_structure_up_to() -> None:
    assert tree.map_structure_up_to([0, 0], lambda a, b: (a, b), [1, [2]], ["x", "y"]) == [(1, "x"), ([2], "y")]


def test_same_structure() -> None:
    tree.assert_same_structure([1, {"a": None}], [2, {"a": 3}])
    with pytest.raises(ValueError, match="structures differ"):
        tree.assert_same_structure([1], (1,))


def test_is_nested() -> None:
    assert [tree.is_nested(x) for x in ([], (1,), {}, Pair(1, 2), None, "ab", 3)] == [True] * 4 + [False] * 3


def test_traverse() -> None:
    assert tree.traverse(lambda x: x + 1 if isinstance(x, int) else None, [1, (2, "a")]) == [2, (3, "a")]
    assert tree.traverse(lambda x: "list" if isinstance(x, list) else None, ([1], 2)) == ("list", 2)
    assert tree.traverse(lambda x: sum(x) if isinstance(x, tuple) else None, [(1, (2, 3))], top_down=False) == [6]


def test_lists_to_tuples() -> None:
    assert tree.lists_to_tuples({"a": [1, [2]], "b": Pair([1], 2)}) == {"a": (1, (2,)), "b": Pair((1,), 2)}


def test_paths_whatever_the_containers() -> None:
    tree.assert_same_paths([1, {"a": 2}], (3, {"a": 4}))
    with pytest.raises(ValueError, match=r"only the first has \[.*1.*\]"):
        tree.assert_same_paths([1, 2], [1])
    tree.assert_same_structure([1, (2,)], (1, [2]), check_types=False)
    with pytest.raises(ValueError, match="differ"):
        tree.assert_same_structure([1, (2,)], (1, [2]), check_types=True)


def test_shapes_are_leaves() -> None:
    assert tree.map_shape_structure(tuple, [[None, 2], {"a": (3,)}]) == [(None, 2), {"a": (3,)}]


def test_none_in_structures() -> None:
    assert tree.map_structure(lambda x: x + 1, [1, None], none_is_leaf=False) == [2, None]
    assert tree.map_structure(lambda x: x is None, [1, None]) == [False, True]

    def drop(part: object) -> object:
        return tree.MAP_TO_NONE if part == 1 else None

    for top_down in (True, False):
        assert tree.traverse(drop, [1, (2, 1)], top_down) == [None, (2, None)]
    assert repr(tree.MAP_TO_NONE) == "MAP_TO_NONE"
