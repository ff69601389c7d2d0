"""split_dataset: sizes, order, kinds of data sets."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from keras_core.data_utils import PyDataset, split_dataset

X, Y = np.arange(20.0).reshape(10, 2), np.arange(10)


class Batches(PyDataset):
    def __len__(self) -> int:
        return 3

    def __getitem__(self, index: int) -> Any:
        rows = slice(index * 4, index * 4 + 4)
        return X[rows], Y[rows]


class Items:
    """As a data set of PyTorch: single samples by number."""

    def __len__(self) -> int:
        return 10

    def __getitem__(self, index: int) -> Any:
        return X[index], Y[index]


@pytest.mark.parametrize(
    ("left", "right", "sizes"),
    [(0.8, None, (8, 2)), (None, 0.3, (7, 3)), (6, None, (6, 4)), (2, 3, (2, 3)), (0.25, 0.5, (2, 5))],
)
def test_sizes(left: Any, right: Any, sizes: tuple[int, int]) -> None:
    first, second = split_dataset(Y, left, right)
    assert [*first] == [*range(sizes[0])] and [*second] == [*range(10 - sizes[1], 10)]
    assert (first.cardinality(), second.cardinality()) == sizes


@pytest.mark.parametrize("data", [(X, Y), Batches(), Items(), zip(X, Y, strict=True)])
def test_kinds_of_data(data: Any) -> None:
    upstream, _ = split_dataset(np.arange(10), 0.5, shuffle=True, seed=2)
    assert [int(one) for one in upstream] == [5, 9, 3, 4, 6]  # Keras 3.15.1
    left, right = split_dataset(data, 0.7, shuffle=True, seed=1)
    found = [*left, *right]
    assert sorted(int(y) for _, y in found) == list(range(10)) and [int(y) for _, y in found] != list(range(10))
    assert all(x.tolist() == X[y].tolist() for x, y in found)
    x, y = left.batch(4)[1]
    assert x.shape == (3, 2) and len(left.batch(4)) == 2
    np.testing.assert_array_equal(x, X[y])
    with pytest.raises(IndexError, match="has 2 items"):
        left.batch(4)[2]
    with pytest.raises(ValueError, match="batch_size must be at least 1, got 0"):
        left.batch(0)


def test_nested_and_plain_lists() -> None:
    left, _ = split_dataset({"a": X, "b": [Y, Y]}, 5)
    assert left[3]["b"][1] == 3 and left[3]["a"].tolist() == [6, 7]
    assert [*split_dataset([5, 6, 7, 8], 0.5)[1]] == [7, 8]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({}, "give left_size or right_size"),
        ({"left_size": 1.5}, "left_size must be a fraction between 0 and 1 or an int, got 1.5"),
        ({"right_size": "2"}, "right_size must be a fraction between 0 and 1 or an int, got '2'"),
        ({"left_size": 10}, "make parts of 10 and 0 of 10 samples"),
        ({"left_size": 8, "right_size": 3}, "make parts of 8 and 3 of 10 samples"),
    ],
)
def test_sizes_that_do_not_fit(arguments: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        split_dataset(Y, **arguments)


def test_data_that_do_not_fit() -> None:
    with pytest.raises(ValueError, match=r"same number of samples, got \[3, 10\]"):
        split_dataset((X, Y[:3]), 2)
    with pytest.raises(ValueError, match="do not have one shape"):
        split_dataset(iter([X[:2], X[:3]]), 1)
    with pytest.raises(ValueError, match="without samples"):
        split_dataset(iter([]), 1)
