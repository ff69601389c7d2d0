"""Measure how long a model of many layers takes to build, and to its first `fit`, beside upstream Keras.

    python benchmarks/first_fit.py --upstream /path/to/venv/bin/python

The other Python has Keras 3.15.1 and the same frameworks. Each figure is of processes of their own, ours and upstream's
in turns: `fit` of four batches of 32 rows, all that is traced and compiled in it included, by the clock and by the time
that the process got of the processor. Frameworks are imported before.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import time
from typing import Any

from sides import settings

WHAT = ("built and compiled", "first fit", "second fit")


def work(layers: int, units: int) -> None:
    """Print seconds by the clock and of the processor for each of `WHAT`, by JSON."""
    import keras
    import numpy as np

    keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)]).compile("adam", "mse")  # which imports what it needs
    keras.ops.convert_to_numpy(keras.ops.zeros((1,)))  # and this the framework
    rng = np.random.default_rng(0)
    x, y = (rng.normal(size=(128, n)).astype("float32") for n in (units, 1))
    found = []

    def timed(function: Any) -> Any:
        begin = time.perf_counter(), time.process_time()
        result = function()
        found.append((time.perf_counter() - begin[0], time.process_time() - begin[1]))
        return result

    def built() -> Any:
        hidden = [keras.layers.Dense(units, activation="relu") for _ in range(layers - 1)]
        model = keras.Sequential([keras.Input((units,)), *hidden, keras.layers.Dense(1)])
        model.compile("adam", "mse")
        return model

    model = timed(built)
    for _ in range(2):
        timed(lambda: model.fit(x, y, batch_size=32, epochs=1, verbose=0))
    print(json.dumps(found))


def asked(python: str, backend: str, ours: bool, options: argparse.Namespace) -> Any:
    """What a new process of one side prints."""
    arguments = [python, __file__, "--work", str(options.layers), str(options.units)]
    done = subprocess.run(arguments, env=settings(backend, ours=ours), capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"{python} on {backend} failed:\n{done.stderr[-2000:]}")
    return json.loads(done.stdout.splitlines()[-1])


def main() -> None:
    """Measure, and print a table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--work", nargs=2, type=int, metavar=("LAYERS", "UNITS"), help="be a process of one side")
    parser.add_argument("--upstream", help="a Python that has upstream Keras")
    parser.add_argument("--backends", nargs="+", default=["tensorflow", "jax", "torch"])
    parser.add_argument("--layers", type=int, default=200)
    parser.add_argument("--units", type=int, default=16)
    parser.add_argument("--turns", type=int, default=3)
    options = parser.parse_args()
    if options.work:
        work(*options.work)
        return
    if not options.upstream:
        parser.error("--upstream is needed: a Python that has upstream Keras")
    print("| backend | what | ours, s | ours, CPU s | upstream, s | upstream, CPU s | of upstream's CPU |")
    print("| --- | --- | ---: | ---: | ---: | ---: | ---: |")
    for backend in options.backends:
        sides: list[list[Any]] = [[], []]
        for turn in range(options.turns):
            for ours in (True, False) if turn % 2 else (False, True):
                sides[not ours].append(asked(sys.executable if ours else options.upstream, backend, ours, options))
        for k, what in enumerate(WHAT):
            mine, other = ([statistics.median(one[k][clock] for one in side) for clock in range(2)] for side in sides)
            cells = [*mine, *other, mine[1] / other[1]]
            print(f"| {backend} | {what} | " + " | ".join(f"{cell:.2f}" for cell in cells) + " |", flush=True)


if __name__ == "__main__":
    main()
