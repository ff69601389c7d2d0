"""Boston Housing: prices of houses in 506 districts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from keras_datasets._npz import read_npz
from keras_datasets._origins import published
from keras_datasets._splits import check_share, shuffled, split_at_end

if TYPE_CHECKING:
    from keras_core.typing import PathLike

    from keras_datasets._splits import Split

FILE = published("boston_housing.npz")


def load_data(path: PathLike = "boston_housing.npz", test_split: float = 0.2, seed: int | None = 113) -> Split:
    """506 districts of Boston in the late 1970s, and the prices of their houses.

    One of the features rests on the assumption that people wish to live apart by race. Use the data to show
    that, and `california_housing` for everything else.

    Args:
        path: name of the file in the cache, or an absolute path.
        test_split: share of the test set, at least 0 and below 1.
        seed: seed of the order; None for another one each time.

    Returns:
        ``(x_train, y_train), (x_test, y_test)``: features of dtype float64 and shape (n, 13), prices in thousands of
        dollars of shape (n,).

    Raises:
        ValueError: when `test_split` is no share, and when the file has another hash than the published one.
        OSError: when it cannot be downloaded.

    Example:
        >>> from keras_datasets import boston_housing
        >>> (x_train, y_train), (x_test, y_test) = boston_housing.load_data()  # doctest: +SKIP

    Source:
        D. Harrison, D. Rubinfeld, Hedonic housing prices and the demand for clean air, 1978.
    """
    check_share(test_split)
    x, y = read_npz(FILE.fetch(path), "x", "y")
    x, y = shuffled(x, y, seed)
    return split_at_end(x, y, test_split)
