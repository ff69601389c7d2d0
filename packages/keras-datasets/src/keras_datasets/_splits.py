"""Dividing data into what is trained with and what is tested with."""

from __future__ import annotations

from typing import TypeAlias

import numpy as np

Split: TypeAlias = tuple[tuple[np.ndarray, np.ndarray], tuple[np.ndarray, np.ndarray]]
"""What every `load_data` gives: ``(x_train, y_train), (x_test, y_test)``."""


def split_at_end(x: np.ndarray, y: np.ndarray, test_split: float) -> Split:
    """The last part, of that share, is the test set.

    Raises:
        ValueError: when the share is not at least 0 and below 1.
    """
    check_share(test_split)
    border = int(len(x) * (1 - test_split))
    return (x[:border], y[:border]), (x[border:], y[border:])


def shuffled(x: np.ndarray, y: np.ndarray, seed: int | np.random.RandomState | None) -> tuple[np.ndarray, np.ndarray]:
    """Both in one other order: for a seed always the same, that of upstream Keras."""
    random = seed if isinstance(seed, np.random.RandomState) else np.random.RandomState(seed)
    rows = np.arange(len(x))
    random.shuffle(rows)
    return x[rows], y[rows]


def split_by_class(x: np.ndarray, y: np.ndarray, test_split: float, seed: int | None) -> Split:
    """Shuffle, and take of every class that share as the test set.

    Raises:
        ValueError: when the share is not at least 0 and below 1.
    """
    check_share(test_split)
    x, y = shuffled(x, y, seed)
    is_test = np.zeros(len(y), bool)
    for label in np.unique(y):
        rows = np.flatnonzero(y == label)
        is_test[rows[int(len(rows) * (1 - test_split)) :]] = True
    return (x[~is_test], y[~is_test]), (x[is_test], y[is_test])


def check_share(test_split: float) -> None:
    """Refuse what is no share.

    Raises:
        ValueError: when it is not at least 0 and below 1.
    """
    if not 0 <= test_split < 1:
        raise ValueError(f"test_split is the share of the test set, at least 0 and below 1; got {test_split!r}.")
