"""CIFAR-100: 60,000 small photographs in 100 classes."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from keras_datasets._cifar import read_batches
from keras_datasets._origins import published

if TYPE_CHECKING:
    from keras_datasets._splits import Split

FOLDER = "cifar-100-python"
FILE = published("cifar-100-python.tar.gz")


def load_data(label_mode: str = "fine") -> Split:
    """50,000 photographs to train with, and 10,000 to test with.

    Args:
        label_mode: "fine" for the 100 classes, "coarse" for the 20 that these belong to.

    Returns:
        ``(x_train, y_train), (x_test, y_test)``: pictures of dtype uint8 and shape (n, 32, 32, 3), or (n, 3, 32, 32)
        where the image data format is "channels_first"; labels of dtype uint8 and shape (n, 1).

    Raises:
        ValueError: when `label_mode` is neither, and when the file has another hash than the published one.
        OSError: when it cannot be downloaded.

    Example:
        >>> from keras_datasets import cifar100
        >>> (x_train, y_train), (x_test, y_test) = cifar100.load_data("coarse")  # doctest: +SKIP

    Source:
        A. Krizhevsky, Learning multiple layers of features from tiny images, 2009.
    """
    if label_mode not in ("fine", "coarse"):
        raise ValueError(f"label_mode must be 'fine' or 'coarse'; got {label_mode!r}.")
    folder = Path(FILE.fetch(f"{FOLDER}.tar.gz", extract=True), FOLDER)
    labels = f"{label_mode}_labels"
    return read_batches([folder / "train"], labels), read_batches([folder / "test"], labels)
