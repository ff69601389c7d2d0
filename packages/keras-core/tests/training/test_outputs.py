"""Values for each output: of a list, a dict, or one for all."""

from __future__ import annotations

from collections import namedtuple
from typing import Any

import pytest
from keras_core.training.outputs import by_output, leaves, matched, output_names, unique_name, weights_by_output

NAMES = ["a", "b"]


def test_leaves_keep_the_order_of_lists_and_dicts() -> None:
    assert leaves([1, [2, 3]]) == [1, 2, 3] and leaves({"b": 1, "a": 2}) == [1, 2]
    assert leaves("mse", 1) == ["mse"]


def test_what_compile_is_given_by_output() -> None:
    assert by_output("mse", NAMES, "loss") == ["mse", "mse"]
    assert by_output({"b": "mae"}, NAMES, "loss") == [None, "mae"]
    with pytest.raises(ValueError, match=r"loss names the output 'c'; the model's outputs are a, b"):
        by_output({"c": "mse"}, NAMES, "loss")
    with pytest.raises(ValueError, match="loss is a list of 3 for 2 outputs"):
        by_output(["mse"] * 3, NAMES, "loss")


def test_targets_by_name_or_place() -> None:
    assert matched({"b": 2, "a": 1}, NAMES, "y") == [1, 2] and matched(None, NAMES, "y") == [None, None]
    with pytest.raises(ValueError, match="y is a single array"):
        matched(1.0, NAMES, "y")
    with pytest.raises(ValueError, match="y has 'a'"):
        matched({"a": 1}, NAMES, "y")


Pair = namedtuple("Pair", ["left", "right"])
NESTED = {"a": "a", "more": ["b", "c"]}


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("mse", ["mse"] * 3),
        ({"a": "mse", "more": ["mae", None]}, ["mse", "mae", None]),
        ({"more": "mae"}, [None, "mae", "mae"]),
        ({"a": ["mse"], "more": ("mae", "mse")}, ["mse", "mae", "mse"]),
        ({"c": "mse"}, [None, None, "mse"]),
        (["mse", "mae", "mse"], ["mse", "mae", "mse"]),
    ],
)
def test_what_mirrors_nested_outputs_or_names_them(given: Any, expected: list[Any]) -> None:
    assert by_output(given, NESTED, "loss") == expected


def test_named_tuples_are_dicts_or_lists() -> None:
    assert by_output(Pair("mse", None), NAMES, "loss") == by_output(Pair("mse", None), Pair("a", "b"), "loss")
    assert by_output({"right": "mse"}, Pair("a", "b"), "loss") == [None, "mse"]
    assert by_output(Pair("mse", "mae"), {"right": "b", "left": "a"}, "loss") == ["mae", "mse"]
    assert by_output(["mse"], ["a"], "loss") == ["mse"]


def test_targets_that_mirror_nested_outputs() -> None:
    assert matched({"a": 1, "more": [2, 3]}, NESTED, "y") == matched([1, 2, 3], NESTED, "y") == [1, 2, 3]
    assert matched({"a": 1}, NESTED, "y", [True, False, False]) == [1, None, None]
    with pytest.raises(ValueError, match="under its name"):
        matched({"a": 1}, NESTED, "y", [True, False, True])


@pytest.mark.parametrize("y", [5, [5], {"b": 5}, {"b": 5, "a": None}, [None, 5]])
def test_targets_for_the_one_output_that_has_a_loss_suffice(y: Any) -> None:
    assert matched(y, NAMES, "y", [False, True]) == [None, 5]


def test_names_are_keys_of_dicts_else_what_is_said() -> None:
    assert output_names({"a": 1, "more": [2, 3], "last": {"a": 4}}, lambda one, at: f"n{one}_{at}") == [
        "a", "n2_1", "n3_2", "a_1",
    ]  # fmt: skip


def test_sample_weights_may_be_missing_for_an_output_and_one_counts_for_all() -> None:
    assert weights_by_output({"a": 1}, NAMES) == [1, None] and weights_by_output(3, NAMES) == [3, 3]


def test_a_name_is_made_unique() -> None:
    assert unique_name("mae", {}) == "mae" and unique_name("mae", {"mae": 0, "mae_1": 0}) == "mae_2"
