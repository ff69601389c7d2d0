"""Arguments of ops that are no tensors, compared with their annotations."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from keras_core import Input, KerasTensor, backend, ops, random
from keras_core.ops.argument_kinds import Refused, parameter_of

X = np.ones((2, 3), "float32")


@pytest.mark.parametrize(
    ("annotation", "default", "taken", "refused"),
    [
        ("int", 0, [1, -1, True, np.int64(2), np.array(3)], ["a", 1.5, None, [1], (1,)]),
        ("NonNegativeInt", 1, [0, 2], [-1, 0.5, "2"]),
        ("float | None", None, [1, 1.5, None, np.float32(2)], ["a", (1.0,)]),
        ("bool", False, [True, 0], ["a", (), 1.5]),
        ("Axis", None, [0, None, (0, 1), [0]], ["a", 1.5, (0.5,), ("a",)]),
        ("Size", 1, [1, (2, None), np.array([1, 2])], ["a", 1.5, None]),
        ("NewShape", None, [(2, 3), 2, (None, 3), []], [(-1,), "a", (1.5,), -2]),
        ("DynamicShape", None, [(-1, 3)], ["a", (1.5,)]),
        ("Sequence[float] | None", None, [(1.5, 2), None], ["a", ("a",)]),
        ("int | Sequence[Any]", None, [1, ((0, 1), (2, 3))], ["a", 1.5]),
        ("float | str | None", None, ["same", 1.5], [[1]]),
    ],
)
def test_values_that_an_annotation_takes(annotation: str, default: Any, taken: list[Any], refused: list[Any]) -> None:
    parameter = parameter_of(0, annotation, default)
    assert parameter is not None
    for value in taken:
        given = parameter.take(value)
        assert np.array_equal(given, value) if value is not None else given is None
    for value in refused:
        with pytest.raises(Refused):
            parameter.take(value)


def test_whole_floats_stand_for_integers_and_symbols_for_sizes() -> None:
    axis, shape = parameter_of(0, "Axis", None), parameter_of(0, "NewShape", None)
    assert axis is not None and shape is not None
    assert axis.take(1.0) == 1 and type(axis.take(1.0)) is int
    size = KerasTensor((), "int32")
    assert shape.take((size, 2.0)) == (size, 2)
    assert parameter_of(0, "DType | None", None) is None and parameter_of(0, "str", "same") is None


@pytest.mark.parametrize(
    ("words", "function", "arguments"),
    [
        ("sum() got axis='rows', expected an axis or several", ops.sum, (X, "rows")),
        ("sum() got keepdims='yes', expected True or False", ops.sum, (X, 0, "yes")),
        ("abs() got x='a', expected a tensor, an array, a number or nested lists of numbers", ops.abs, ("a",)),
        ("abs() got x=None, expected a tensor", ops.abs, (None,)),
        ("abs() got x=[1.5, 'a'], expected a tensor", ops.abs, ([1.5, "a"],)),
        ("add() got x2=[[1.0], [2.0, 3.0]], expected a tensor", ops.add, (X, [[1.0], [2.0, 3.0]])),
        ("concatenate() got xs=3, expected a list of tensors", ops.concatenate, (3,)),
        ("zeros() got shape=(-1,), expected a shape of integers of at least 0", ops.zeros, ((-1,),)),
        ("ones() got shape=(2, 1.5), expected", ops.ones, ((2, 1.5),)),
        ("full() got shape='ab', expected", ops.full, ("ab", 1)),
        ("eye() got N=-1, expected an integer of at least 0", ops.eye, (-1,)),
        ("identity() got n=1.5, expected", ops.identity, (1.5,)),
        ("linspace() got num=-2, expected an integer of at least 0", ops.linspace, (0, 1, -2)),
        ("one_hot() got num_classes=-3, expected", ops.one_hot, ([1], -3)),
        ("repeat() got repeats=-1, expected", ops.repeat, (X, -1)),
        ("normal() got shape=(-1, 2), expected", random.normal, ((-1, 2),)),
        ("uniform() got minval='a', expected a number", random.uniform, ((2,), "a")),
        ("dropout() got rate='a', expected a number", random.dropout, (X, "a")),
        (
            "seed must be an integer, a SeedGenerator, a key of its `next()` or None, got 'a'",
            random.normal,
            ((2,), 0.0, 1.0, None, "a"),
        ),
        ("Unknown dtype ['a']", ops.zeros, ((2,), ["a"])),
    ],
)
def test_words_for_what_is_refused(words: str, function: Any, arguments: tuple[Any, ...], backend_name: str) -> None:
    with pytest.raises(ValueError) as caught:
        function(*arguments)
    assert str(caught.value).startswith(words)


def test_symbolic_calls_are_checked_too() -> None:
    with pytest.raises(ValueError, match=r"sum\(\) got axis='rows'"):
        ops.sum(Input((3,)), axis="rows")


def test_numbers_of_numpy_and_empty_lists_are_taken(backend_name: str) -> None:
    assert backend.to_numpy(ops.zeros((np.int64(2), 0))).shape == (2, 0)
    assert backend.to_numpy(ops.sum(X, np.array(0))).shape == (3,)
    assert backend.to_numpy(ops.abs([])).shape == (0,)
