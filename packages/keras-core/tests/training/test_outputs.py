"""Values for each output: of a list, a dict, or one for all."""

from __future__ import annotations

import pytest
from keras_core.training.outputs import by_output, leaves, matched, unique_name, weights_by_output

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


def test_sample_weights_may_be_missing_for_an_output_and_one_counts_for_all() -> None:
    assert weights_by_output({"a": 1}, NAMES) == [1, None] and weights_by_output(3, NAMES) == [3, 3]


def test_a_name_is_made_unique() -> None:
    assert unique_name("mae", {}) == "mae" and unique_name("mae", {"mae": 0, "mae_1": 0}) == "mae_2"
