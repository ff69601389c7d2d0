"""Training on the CNTK backend beside CNTK's own loop, in turns: `python benchmarks/beside_cntk.py [--turns 5]`.

The backend has to be set up (`python -m keras_backend_cntk setup`). The loop runs in its worker's Python with the same
variables (`raw/loops_cntk.py`). Besides: how long a call takes that computes nearly nothing, and a start of the worker.
"""

from __future__ import annotations

import argparse
import statistics
import subprocess
import time
from pathlib import Path

import keras
import numpy as np
from keras import layers, ops
from keras_backend_cntk.framework import worker_environment
from keras_backend_cntk.link import Worker
from keras_core import stage

RAW = Path(__file__).parent / "raw" / "loops_cntk.py"


def small() -> keras.Sequential:
    return keras.Sequential(
        [keras.Input((100,)), layers.Dense(64, activation="relu"), layers.Dense(10, activation="softmax")]
    )


def convnet() -> keras.Sequential:
    return keras.Sequential(
        [
            keras.Input((28, 28, 1)),
            layers.Conv2D(32, 3, activation="relu"),
            layers.Conv2D(64, 3, activation="relu"),
            layers.MaxPooling2D(),
            layers.Dropout(0.25),
            layers.Flatten(),
            layers.Dense(128, activation="relu"),
            layers.Dropout(0.5),
            layers.Dense(10, activation="softmax"),
        ]
    )


def ours(name: str, batch: int, steps: int) -> float:
    """Milliseconds of a step in `fit`."""
    model = {"small": small, "convnet": convnet}[name]()
    model.compile("adam", "categorical_crossentropy", metrics=["accuracy"])
    random = np.random.default_rng(0)
    x = random.random((batch * steps, *model.input_shape[1:])).astype("float32")
    y = np.eye(10, dtype="float32")[random.integers(0, 10, batch * steps)]
    model.fit(x[:batch], y[:batch], batch_size=batch, verbose=0)
    start = time.perf_counter()
    model.fit(x, y, batch_size=batch, verbose=0)
    return (time.perf_counter() - start) / steps * 1e3


def raw(name: str, batch: int, steps: int) -> float:
    """The same in CNTK's own loop."""
    python, environment = worker_environment()
    command = [python, "-E", str(RAW), name, str(batch), str(steps)]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    return float(done.stdout.split()[-1])


def start_seconds() -> float:
    """Seconds until a new worker has answered."""
    start = time.perf_counter()
    worker = Worker()
    seconds = time.perf_counter() - start
    worker.close()
    return seconds


def call_microseconds(count: int = 2000) -> float:
    """Microseconds of a call of a function of four numbers, the median."""
    program, x = stage(ops.exp, []), np.ones(4, "float32")
    program(x)
    found = []
    for _ in range(count):
        start = time.perf_counter()
        program(x)
        found.append(time.perf_counter() - start)
    return statistics.median(found) * 1e6


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--turns", type=int, default=5)
    turns = parser.parse_args().turns
    keras.set_backend("cntk")
    print("| model | ms a step, ours | CNTK's own loop | ours is as fast, times |\n| --- | --- | --- | --- |")
    for name, batch, steps in (("small", 32, 300), ("convnet", 32, 6)):
        pairs = [(ours(name, batch, steps), raw(name, batch, steps)) for _ in range(turns)]
        mine, theirs = (statistics.median(column) for column in zip(*pairs, strict=True))
        ratio = statistics.median(b / a for a, b in pairs)
        print(f"| {name}, batch {batch}, Adam | {mine:.2f} | {theirs:.2f} | {ratio:.2f} |")
    starts = [start_seconds() for _ in range(turns)]
    calls = [call_microseconds() for _ in range(turns)]
    print(f"\nA worker starts in {statistics.median(starts):.1f} s; a call takes {statistics.median(calls):.0f} µs.")


if __name__ == "__main__":
    main()
