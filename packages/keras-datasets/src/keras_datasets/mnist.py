"""MNIST: 70,000 handwritten digits."""

from __future__ import annotations

from typing import TYPE_CHECKING

from keras_datasets._npz import read_npz
from keras_datasets._origins import published

if TYPE_CHECKING:
    from keras_core.typing import PathLike

    from keras_datasets._splits import Split

FILE = published("mnist.npz")


def load_data(path: PathLike = "mnist.npz") -> Split:
    """60,000 pictures of handwritten digits to train with, and 10,000 to test with.

    Args:
        path: name of the file in the cache, or an absolute path.

    Returns:
        ``(x_train, y_train), (x_test, y_test)``: pictures of dtype uint8 and shape (n, 28, 28), 0 for the background;
        labels 0 to 9 of dtype uint8 and shape (n,).

    Raises:
        ValueError: when the file has another hash than the published one.
        OSError: when it cannot be downloaded.

    Example:
        >>> from keras_datasets import mnist
        >>> (x_train, y_train), (x_test, y_test) = mnist.load_data()  # doctest: +SKIP

    Source:
        Y. LeCun, C. Cortes, C. Burges, The MNIST database of handwritten digits (CC BY-SA 3.0).
    """
    x_train, y_train, x_test, y_test = read_npz(FILE.fetch(path), "x_train", "y_train", "x_test", "y_test")
    return (x_train, y_train), (x_test, y_test)
