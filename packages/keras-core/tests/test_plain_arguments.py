"""NumPy's numbers among arguments, as Python's."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from keras_core.plain_arguments import listed, plain, tupled


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (np.float32(0.25), 0.25),
        (np.int64(3), 3),
        (np.bool_(True), True),
        (np.array(2), 2),
        ([np.int8(1), (np.int8(2), "x")], [1, (2, "x")]),
    ],
)
def test_numbers(given: Any, expected: Any) -> None:
    found = plain(given)
    assert found == expected and type(found) is type(expected)
    if isinstance(found, list):
        assert type(found[0]) is int and type(found[1][0]) is int


@pytest.mark.parametrize("value", [None, "a", 1, [1, (2, "b")], np.ones(2), np.str_("c"), object()])
def test_anything_else_is_kept_as_it_is(value: Any) -> None:
    assert plain(value) is value


def test_arrays_become_lists_where_they_stand_for_them() -> None:
    assert listed(np.array([[1, 2]])) == [[1, 2]] and listed((np.int64(1), 2)) == (1, 2)


def test_arrays_become_tuples_where_they_stand_for_them() -> None:
    assert tupled(np.array([[1, 2], [3, 4]])) == ((1, 2), (3, 4))
    assert tupled(np.array([2, 3])) == (2, 3) and type(tupled(np.array([2]))[0]) is int
    assert tupled((np.int64(1), None)) == (1, None) and tupled(np.array(4)) == 4
