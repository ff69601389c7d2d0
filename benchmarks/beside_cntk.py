"""Training on the CNTK backend beside CNTK's own loop, in turns: `python benchmarks/beside_cntk.py [--turns 5]`.

The backend has to be set up (`python -m keras_backend_cntk setup`). The loop runs in its worker's Python with the same
variables (`raw/loops_cntk.py`). Time is that of the clock, and that of processors in this process and in the worker: on
a busy machine only the latter says something. Besides: an LSTM over 100 steps, how long a call takes that computes
nearly nothing, and a start of the worker.
"""

from __future__ import annotations

import argparse
import statistics
import subprocess
import time
from pathlib import Path
from typing import NamedTuple

import keras
import numpy as np
from keras import layers, ops
from keras_backend_cntk.framework import worker_environment
from keras_backend_cntk.link import LINK, Worker
from keras_core import stage

RAW = Path(__file__).parent / "raw" / "loops_cntk.py"


class Step(NamedTuple):
    """Milliseconds of a step: by the clock, of processors here, and of processors in the worker."""

    clock: float
    here: float
    worker: float


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


def recurrent() -> keras.Sequential:
    return keras.Sequential([keras.Input((100, 16)), layers.LSTM(32), layers.Dense(10, activation="softmax")])


MODELS = {one.__name__: one for one in (small, convnet, recurrent)}


def now() -> Step:
    """Seconds so far, of each kind."""
    clock = ~LINK.worker().process.pid << 3 | 2  # of the processors that it had, on Linux
    return Step(time.perf_counter(), time.process_time(), time.clock_gettime(clock))


def ours(name: str, batch: int, steps: int) -> Step:
    """What a step takes in `fit`."""
    model = MODELS[name]()
    model.compile("adam", "categorical_crossentropy", metrics=["accuracy"])
    random = np.random.default_rng(0)
    x = random.random((batch * steps, *model.input_shape[1:])).astype("float32")
    y = np.eye(10, dtype="float32")[random.integers(0, 10, batch * steps)]
    model.fit(x[:batch], y[:batch], batch_size=batch, verbose=0)
    start = now()
    model.fit(x, y, batch_size=batch, verbose=0)
    return Step(*((end - begin) / steps * 1e3 for begin, end in zip(start, now(), strict=True)))


def raw(name: str, batch: int, steps: int) -> tuple[float, float]:
    """The same in CNTK's own loop, by the clock and of processors."""
    python, environment = worker_environment()
    command = [python, "-E", str(RAW), name, str(batch), str(steps)]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    clock, processors = done.stdout.split()[-2:]
    return float(clock), float(processors)


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
    heads = "batch 32, Adam|ms a step, ours|by processors here|in the worker|CNTK's own loop|by processors"
    print(f"| {heads.replace('|', ' | ')} | ours is as fast, times | by processors |\n|{' --- |' * 8}")
    for name, batch, steps in (("small", 32, 300), ("convnet", 32, 6)):
        mine, theirs = zip(*((ours(name, batch, steps), raw(name, batch, steps)) for _ in range(turns)), strict=True)
        columns = [statistics.median(column) for column in (*zip(*mine, strict=True), *zip(*theirs, strict=True))]
        clock = statistics.median(b[0] / a.clock for a, b in zip(mine, theirs, strict=True))
        busy = statistics.median(b[1] / (a.here + a.worker) for a, b in zip(mine, theirs, strict=True))
        print(f"| {name} | {' | '.join(f'{one:.2f}' for one in columns)} | {clock:.2f} | {busy:.2f} |")
    found = [ours("recurrent", 32, 10) for _ in range(turns)]
    columns = [statistics.median(column) for column in zip(*found, strict=True)]
    print(f"| LSTM over 100 steps | {' | '.join(f'{one:.2f}' for one in columns)} | | | | |")
    starts = [start_seconds() for _ in range(turns)]
    calls = [call_microseconds() for _ in range(turns)]
    print(f"\nA worker starts in {statistics.median(starts):.1f} s; a call takes {statistics.median(calls):.0f} µs.")


if __name__ == "__main__":
    main()
