"""By how much the process grows: 1,000 calls of predict and train_on_batch, and models that are built and dropped.

    KERAS_BACKEND=jax python benchmarks/memory.py            all of it
    KERAS_BACKEND=jax python benchmarks/memory.py predict    some of predict, train_on_batch, built, trained

Everything is done in five equal parts after a warm-up of its own. Each line has the resident memory after the warm-up,
and by how much it was more after each part, in MB: what leaks grows from part to part; what is merely kept, such as the
pools of an allocator, stops growing. Memory that the C library holds although it is free is given back before.
"""

from __future__ import annotations

import ctypes
import gc
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import keras
import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

PARTS = 5
CALLS, BUILT, TRAINED = 1000, 200, 40


def resident() -> float:
    """Megabytes of this process in memory."""
    gc.collect()
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim is not None:
        trim(0)
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6


def model() -> keras.Model:
    """A dense model of 100-64-10, compiled."""
    made = keras.Sequential(
        [keras.Input((100,)), keras.layers.Dense(64, activation="relu"), keras.layers.Dense(10, activation="softmax")]
    )
    made.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
    return made


def growth(once: Callable[[], object], times: int) -> tuple[float, list[float]]:
    """Resident memory after a warm-up, and by how much it is more after each part of so many calls."""
    for _ in range(times // PARTS):
        once()
    first = resident()
    found = []
    for _ in range(PARTS):
        for _ in range(times // PARTS):
            once()
        found.append(resident() - first)
    return first, found


def main(chosen: list[str]) -> None:
    """Measures what is chosen, and prints a line of each."""
    random = np.random.default_rng(0)
    x, y = random.random((32, 100), "float32"), random.integers(0, 10, 32)
    one = model()

    def trained() -> None:
        made = model()
        made.fit(x, y, verbose=0)
        made.predict(x, verbose=0)

    kinds: dict[str, tuple[Callable[[], object], int]] = {
        "predict": (lambda: one.predict(x, verbose=0), CALLS),
        "train_on_batch": (lambda: one.train_on_batch(x, y), CALLS),
        "built": (lambda: model().count_params(), BUILT),
        "trained": (trained, TRAINED),
    }
    for name in chosen or list(kinds):
        once, times = kinds[name]
        first, found = growth(once, times)
        parts = ", ".join(f"{megabytes:+.2f}" for megabytes in found)
        print(f"{keras.backend.backend()}: {name} x {times}: {first:.1f} MB, then {parts}", flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
