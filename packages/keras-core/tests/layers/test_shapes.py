"""Shapes as layers are given them, one or nested."""

from __future__ import annotations

import numpy as np
import pytest
from keras_core import Input
from keras_core.layers.shapes import is_shape, map_shapes, shapes_from_json, shapes_of


@pytest.mark.parametrize("value", [(), (None, 3), [2, np.int64(3)]])
def test_one_shape(value) -> None:
    assert is_shape(value)


@pytest.mark.parametrize("value", [None, 3, "shape", [(1,), (2,)], {"a": (1,)}, (1.5,)])
def test_what_is_not_one_shape(value) -> None:
    assert not is_shape(value)


def test_nested_shapes_are_mapped_in_their_structure() -> None:
    assert map_shapes(len, ((1, 2), {"a": (1,), "b": [(), (3,)]})) == [2, {"a": 1, "b": [0, 1]}]


def test_shapes_of_tensors_arrays_and_others() -> None:
    assert shapes_of([Input((3,)), np.ones(2), "text"]) == [(None, 3), (2,), None]


def test_lists_of_json_become_tuples() -> None:
    assert shapes_from_json([None, 3]) == (None, 3)
    assert shapes_from_json({"a": [[1], [2, None]]}) == {"a": [(1,), (2, None)]}
    assert shapes_from_json(None) is None
