"""The models that are measured, and their data: sizes only, so that every environment can import it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Case:
    """A model, how much data it is trained on, and how often a timed call of `fit` goes through it.

    `settle` steps of each kind are run before anything is timed, so that ours has chosen how to compile them.
    """

    name: str
    title: str
    rows: int
    batch: int
    epochs: int
    settle: int
    classes: int = 10

    def data(self) -> tuple[np.ndarray, np.ndarray]:
        """Inputs and integer labels; made up, since only the time is of interest."""
        random = np.random.default_rng(0)
        labels = random.integers(0, self.classes, self.rows).astype("int32")
        if self.name == "lstm":
            return random.integers(1, VOCABULARY, (self.rows, TIMESTEPS)).astype("int32"), labels
        if self.name == "transformer":
            return random.integers(1, VOCABULARY, (self.rows, POSITIONS)).astype("int32"), labels
        if self.name == "stacked":
            characters = random.integers(0, CHARACTERS, (self.rows, 40))
            return np.eye(CHARACTERS, dtype="float32")[characters], labels
        shape = {"small": (100,), "mlp": (784,), "convnet": (28, 28, 1)}[self.name]
        return random.normal(size=(self.rows, *shape)).astype("float32"), labels


VOCABULARY, TIMESTEPS, UNITS = 10_000, 80, 128
POSITIONS, FEATURES, HEADS, HIDDEN = 64, 128, 4, 512
CHARACTERS = 57

# No number of rows is a multiple of the batch: the last batch of an epoch is a smaller one.
CASES = {
    case.name: case
    for case in (
        Case("small", "100-64-10, batch 32", rows=20_010, batch=32, epochs=5, settle=510),
        Case("mlp", "784-512-512-10, batch 128", rows=10_050, batch=128, epochs=2, settle=510),
        Case("convnet", "MNIST convnet, batch 128", rows=2_570, batch=128, epochs=1, settle=5),
        Case("lstm", "Embedding-LSTM(128), T 80, batch 32", rows=1_290, batch=32, epochs=1, settle=210, classes=2),
        Case(
            "stacked",
            "LSTM 2x128 on 40x57, batch 128",
            rows=2_570,
            batch=128,
            epochs=1,
            settle=110,
            classes=CHARACTERS,
        ),
        Case(
            "transformer",
            "transformer, 2 blocks, T 64, batch 32",
            rows=1_290,
            batch=32,
            epochs=1,
            settle=510,
            classes=2,
        ),
    )
}
