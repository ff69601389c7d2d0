"""CIFAR-10: 60,000 small photographs in 10 classes."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from keras_datasets._cifar import read_batches
from keras_datasets._origins import published

if TYPE_CHECKING:
    from keras_datasets._splits import Split

FOLDER = "cifar-10-batches-py"
FILE = published("cifar-10-python.tar.gz")


def load_data() -> Split:
    """50,000 photographs to train with, and 10,000 to test with.

    The classes are airplane, automobile, bird, cat, deer, dog, frog, horse, ship and truck.

    Returns:
        ``(x_train, y_train), (x_test, y_test)``: pictures of dtype uint8 and shape (n, 32, 32, 3), or (n, 3, 32, 32)
        where the image data format is "channels_first"; labels 0 to 9 of dtype uint8 and shape (n, 1).

    Raises:
        ValueError: when the file has another hash than the published one.
        OSError: when it cannot be downloaded.

    Example:
        >>> from keras_datasets import cifar10
        >>> (x_train, y_train), (x_test, y_test) = cifar10.load_data()  # doctest: +SKIP

    Source:
        A. Krizhevsky, Learning multiple layers of features from tiny images, 2009.
    """
    folder = Path(FILE.fetch(f"{FOLDER}.tar.gz", extract=True), FOLDER)
    train = read_batches([folder / f"data_batch_{number}" for number in range(1, 6)], "labels")
    return train, read_batches([folder / "test_batch"], "labels")
