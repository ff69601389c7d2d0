"""Prediction and evaluation of 60,000 rows beside the same by hand: one compiled call a batch.

    KERAS_BACKEND=jax python benchmarks/predicting.py            100-64-10 and 784-512-512-10, batches of 32 and 128
    KERAS_BACKEND=jax python benchmarks/predicting.py convnet --methods evaluate --rows 6000

By hand, the outputs are written into one array, and loss and accuracy are added up on the device. Both take turns in
one process; the time is that of the processor, all threads together, the median of `--repeats`.
"""

from __future__ import annotations

import argparse
import importlib
import os
import statistics
import sys
import time
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from models import CASES
from worker import build

if TYPE_CHECKING:
    from collections.abc import Callable

sys.path.insert(0, str(Path(__file__).with_name("raw")))
ROWS = 60_000


def in_turns(calls: list[Callable[[], object]], repeats: int) -> list[float]:
    """Median seconds of the processor that each call takes, after two to warm up."""
    times: list[list[float]] = [[] for _ in calls]
    for turn in range(repeats + 2):
        for call, found in zip(calls, times, strict=True):
            start = time.process_time()
            call()
            if turn >= 2:
                found.append(time.process_time() - start)
    return [statistics.median(found) for found in times]


def main() -> None:
    """Measures the models that are named, and prints a line for each and each size of batch."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("models", nargs="*", default=["small", "mlp"])
    parser.add_argument("--methods", nargs="*", default=["predict", "evaluate"], choices=["predict", "evaluate"])
    parser.add_argument("--rows", type=int, default=ROWS)
    parser.add_argument("--repeats", type=int, default=7)
    given = parser.parse_args()
    framework = os.environ["KERAS_BACKEND"]
    random = np.random.default_rng(0)
    for name in given.models:
        case = CASES[name]
        shape = case.data()[0].shape[1:]
        rows = given.rows
        x, y = random.normal(size=(rows, *shape)).astype("float32"), random.integers(0, 10, rows).astype("int32")
        model = build(name)
        model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
        for batch in (32, 128):
            loop = importlib.import_module(f"{name}_{framework}").make("eager", (x, y), batch)

            def predicted_by_hand(loop=loop, batch=batch, x=x) -> np.ndarray:
                out = np.empty((len(x), 10), "float32")
                for start in range(0, len(x), batch):
                    out[start : start + batch] = loop.predict(x[start : start + batch])
                return out

            calls = {
                "predict": (predicted_by_hand, partial(model.predict, x, batch_size=batch, verbose=0)),
                "evaluate": (partial(loop.evaluate, x, y), partial(model.evaluate, x, y, batch_size=batch, verbose=0)),
            }
            for method in given.methods:
                np.testing.assert_equal(*(np.shape(call()) for call in calls[method]))
                hand, keras = in_turns(list(calls[method]), given.repeats)
                print(
                    f"{name}, batches of {batch}: by hand {1000 * hand:.0f} ms, {method} {1000 * keras:.0f} ms: "
                    f"{hand / keras:.2f} of its speed",
                    flush=True,
                )


if __name__ == "__main__":
    main()
