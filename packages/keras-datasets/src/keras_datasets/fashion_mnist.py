"""Fashion-MNIST: 70,000 pictures of clothes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from keras_datasets._idx import read_idx
from keras_datasets._origins import published

if TYPE_CHECKING:
    from keras_datasets._splits import Split

FILES = {
    name: published(name)
    for name in (
        "train-images-idx3-ubyte.gz",
        "train-labels-idx1-ubyte.gz",
        "t10k-images-idx3-ubyte.gz",
        "t10k-labels-idx1-ubyte.gz",
    )
}


def load_data() -> Split:
    """60,000 pictures of clothes to train with, and 10,000 to test with.

    The classes are T-shirt/top, trouser, pullover, dress, coat, sandal, shirt, sneaker, bag and ankle boot.

    Returns:
        ``(x_train, y_train), (x_test, y_test)``: pictures of dtype uint8 and shape (n, 28, 28), 0 for the background;
        labels 0 to 9 of dtype uint8 and shape (n,).

    Raises:
        ValueError: when a file has another hash than the published one.
        OSError: when one cannot be downloaded.

    Example:
        >>> from keras_datasets import fashion_mnist
        >>> (x_train, y_train), (x_test, y_test) = fashion_mnist.load_data()  # doctest: +SKIP

    Source:
        H. Xiao, K. Rasul, R. Vollgraf, Fashion-MNIST: a novel image dataset for benchmarking machine learning
        algorithms, 2017 (MIT licence, Zalando SE).
    """
    paths = [file.fetch(name, "datasets/fashion-mnist") for name, file in FILES.items()]
    x_train, y_train, x_test, y_test = map(read_idx, paths)
    return (x_train, y_train), (x_test, y_test)
