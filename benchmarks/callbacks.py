"""What callbacks that are told of every batch cost in `fit` of arrays, on 100-64-10 with batches of 32.

    KERAS_BACKEND=jax python benchmarks/callbacks.py

An epoch without such a callback, with one that does nothing, and with one that reads the loss take turns in one
process; the time is that of the processor, all threads together, the median of `--repeats`.
"""

from __future__ import annotations

import argparse
from typing import Any

import numpy as np
from keras_core.callbacks import Callback
from models import CASES
from predicting import in_turns
from worker import build

STEPS = 1000


class Nothing(Callback):
    """Is told of every batch."""

    def on_train_batch_end(self, batch: int, logs: Any = None) -> None:
        """Nothing."""


class Reads(Callback):
    """Reads the loss of every batch."""

    def on_train_batch_end(self, batch: int, logs: Any = None) -> None:
        """Note the loss."""
        self.loss = logs["loss"]


def main() -> None:
    """Prints microseconds a step."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--repeats", type=int, default=7)
    given = parser.parse_args()
    case, random = CASES["small"], np.random.default_rng(0)
    rows = STEPS * case.batch
    x = random.normal(size=(rows, *case.data()[0].shape[1:])).astype("float32")
    y = random.integers(0, 10, rows).astype("int32")
    model = build("small")
    model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])

    def fitted(*callbacks: Callback) -> None:
        model.fit(x, y, batch_size=case.batch, verbose=0, callbacks=list(callbacks))

    found = in_turns([fitted, lambda: fitted(Nothing()), lambda: fitted(Reads())], given.repeats)
    none, nothing, reads = (1e6 * seconds / STEPS for seconds in found)
    print(
        f"a step {none:.0f} µs, one that does nothing {nothing - none:+.0f} µs, one that reads {reads - none:+.0f} µs"
    )


if __name__ == "__main__":
    main()
