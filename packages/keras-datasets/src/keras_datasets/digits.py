"""Digits: 1,797 small handwritten digits that come with scikit-learn."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from keras_datasets._splits import split_by_class

if TYPE_CHECKING:
    from keras_datasets._splits import Split


def load_data(test_split: float = 0.2, seed: int | None = 113) -> Split:
    """Pictures of handwritten digits, without a network; scikit-learn must be installed.

    Args:
        test_split: share of the test set, the same of every digit; at least 0 and below 1.
        seed: seed of the order; None for another one each time.

    Returns:
        ``(x_train, y_train), (x_test, y_test)``: pictures of dtype uint8 and shape (n, 8, 8), from 0 for the background
        to 16; labels 0 to 9 of dtype uint8 and shape (n,).

    Raises:
        ValueError: when `test_split` is no share.
        ModuleNotFoundError: when scikit-learn is not installed.

    Example:
        >>> from keras_datasets import digits
        >>> (x_train, y_train), (x_test, y_test) = digits.load_data()
        >>> x_train.shape, x_test.shape
        ((1433, 8, 8), (364, 8, 8))

    Source:
        E. Alpaydin, C. Kaynak, Optical recognition of handwritten digits, UCI machine learning repository, 1998.
    """
    try:
        from sklearn.datasets import load_digits
    except ModuleNotFoundError as error:
        raise ModuleNotFoundError(
            "The digits come with scikit-learn. Install it (pip install scikit-learn), or keras-datasets[digits]."
        ) from error
    x, y = load_digits(return_X_y=True)
    return split_by_class(x.reshape(-1, 8, 8).astype(np.uint8), y.astype(np.uint8), test_split, seed)
