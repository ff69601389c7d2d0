"""California Housing: prices of houses in 20,640 districts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from keras_datasets._npz import read_npz
from keras_datasets._origins import published
from keras_datasets._splits import check_share, shuffled, split_at_end

if TYPE_CHECKING:
    from keras_core.typing import PathLike

    from keras_datasets._splits import Split

FILE = published("california_housing.npz")
_SIZES = {"small": 600, "large": None}


def load_data(
    version: str = "large",
    path: PathLike = "california_housing.npz",
    test_split: float = 0.2,
    seed: int | None = 113,
) -> Split:
    """Districts of California in 1990, and the prices of their houses.

    The features are median income, median age of the houses, rooms and bedrooms per household, people, people
    per household, latitude and longitude.

    Args:
        version: "large" for all 20,640 districts, "small" for the first 600.
        path: name of the file in the cache, or an absolute path.
        test_split: share of the test set, at least 0 and below 1.
        seed: seed of the order; None for another one each time.

    Returns:
        ``(x_train, y_train), (x_test, y_test)``: features of shape (n, 8), prices in dollars of shape (n,).

    Raises:
        ValueError: when `version` or `test_split` is not one of these, and when the file has another hash than the
            published one.
        OSError: when it cannot be downloaded.

    Example:
        >>> from keras_datasets import california_housing
        >>> (x_train, y_train), (x_test, y_test) = california_housing.load_data("small")  # doctest: +SKIP

    Source:
        R. Pace, R. Barry, Sparse spatial autoregressions, 1997.
    """
    check_share(test_split)
    if version not in _SIZES:
        raise ValueError(f"version must be 'small' or 'large'; got {version!r}.")
    x, y = (array[: _SIZES[version]] for array in read_npz(FILE.fetch(path), "x", "y"))
    x, y = shuffled(x, y, seed)
    return split_at_end(x, y, test_split)
