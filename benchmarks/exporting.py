"""Exported models beside upstream's, and `compile_predict` beside a compiled call by hand: time of the processor.

    python benchmarks/exporting.py --part onnx --upstream /path/to/venv/bin/python
    KERAS_BACKEND=jax python benchmarks/exporting.py --part compiled

Both sides have the same weights, are run by one ONNX Runtime of one thread, and take turns; upstream exports on its
TensorFlow, which has to have tf2onnx. By hand is the loop of `raw/` that calls a compiled function on an array.
"""

from __future__ import annotations

import argparse
import importlib
import os
import statistics
import subprocess
import sys
import tempfile
import time
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from models import CASES
from sides import settings
from worker import build

if TYPE_CHECKING:
    from collections.abc import Callable

sys.path.insert(0, str(Path(__file__).with_name("raw")))
LEAST = 2e-3  # seconds of the processor that one reading takes


def in_turns(calls: list[Callable[[], object]], turns: int) -> list[float]:
    """Median microseconds of the processor that each call takes, where they take turns to be first."""
    counts = [max(1, round(LEAST / _seconds(call, 3))) for call in calls]
    found: list[list[float]] = [[] for _ in calls]
    for turn in range(turns):
        for k in range(len(calls)) if turn % 2 else reversed(range(len(calls))):
            calls[k]()  # which leaves caches as they are where one model is called again and again
            found[k].append(1e6 * _seconds(calls[k], counts[k]))
    return [statistics.median(one) for one in found]


def _seconds(call: Callable[[], object], count: int) -> float:
    start = time.process_time()
    for _ in range(count):
        call()
    return (time.process_time() - start) / count


def row(*cells: object) -> None:
    """Print a row of a table."""
    print(f"| {' | '.join(map(str, cells))} |", flush=True)


def write(name: str, weights: str, path: str) -> None:
    """Export a model with these weights; what the other Python does."""
    model: Any = build(name)
    model(CASES[name].data()[0][:1])
    with np.load(weights) as kept:
        model.set_weights([kept[key] for key in kept.files])
    model.export(path, format="onnx")


def onnx(names: list[str], upstream: str, turns: int) -> None:
    """Compare the two exported files of each model."""
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    row("model", "rows", "ours, µs", "upstream's, µs", "upstream/ours", "operators", "upstream's")
    row(*["---"] * 2, *["---:"] * 5)
    for name in names:
        model: Any = build(name)
        x = CASES[name].data()[0]
        sessions, counts = [], []
        with tempfile.TemporaryDirectory() as folder:
            weights, paths = Path(folder, "weights.npz"), [str(Path(folder, f"{one}.onnx")) for one in ("ours", "up")]
            np.savez(weights, *model.get_weights())
            model.export(paths[0])
            command = [upstream, __file__, "--write", name, str(weights), paths[1]]
            done = subprocess.run(command, env=settings("tensorflow", ours=False), capture_output=True, text=True)
            if done.returncode:
                raise SystemExit(f"{upstream} did not export {name}:\n{done.stderr[-2000:]}")
            for path in paths:
                sessions.append(onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"]))
                counts.append(len(importlib.import_module("onnx").load(path).graph.node))
        for rows in (1, 32):
            given = [(session, {session.get_inputs()[0].name: x[:rows]}) for session in sessions]
            calls = [partial(session.run, None, feed) for session, feed in given]
            np.testing.assert_allclose(calls[0]()[0], calls[1]()[0], rtol=1e-4, atol=1e-5)
            mine, other = in_turns(calls, turns)
            row(
                CASES[name].title.partition(", batch")[0],
                rows,
                f"{mine:,.0f}",
                f"{other:,.0f}",
                f"{other / mine:.2f}",
                *counts,
            )


def compiled(names: list[str], turns: int) -> None:
    """Compare `compile_predict` with a compiled call by hand."""
    framework = os.environ["KERAS_BACKEND"]
    row("model", "rows", "compile_predict, µs", "by hand, µs", "by hand/compile_predict")
    row(*["---"] * 2, *["---:"] * 3)
    for name in names:
        x, y = CASES[name].data()
        predict = build(name).compile_predict([1, 32])
        for rows in (1, 32):
            loop = importlib.import_module(f"{name}_{framework}").make("eager", (x, y), rows)
            part = x[:rows]
            assert predict(part).shape == np.shape(loop.predict(part))
            mine, hand = in_turns([partial(predict, part), partial(loop.predict, part)], turns)
            row(CASES[name].title.partition(", batch")[0], rows, f"{mine:,.0f}", f"{hand:,.0f}", f"{hand / mine:.2f}")


def main() -> None:
    """Measure, and print a table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--part", choices=("onnx", "compiled"), default="onnx")
    parser.add_argument("--models", nargs="+", default=["mlp", "convnet", "lstm"], choices=list(CASES))
    parser.add_argument("--upstream", help="a Python that has upstream Keras, TensorFlow and tf2onnx")
    parser.add_argument("--turns", type=int, default=31)
    parser.add_argument("--write", nargs=3, metavar=("MODEL", "WEIGHTS", "PATH"), help="be the process that exports")
    options = parser.parse_args()
    if options.write:
        write(*options.write)
        return
    if options.part == "onnx" and not options.upstream:
        parser.error("--upstream is needed: a Python that has upstream Keras")
    before = os.getloadavg()[0]
    if options.part == "onnx":
        onnx(options.models, options.upstream, options.turns)
    else:
        compiled(options.models, options.turns)
    print(
        f"\nLoad {before:.0f} to {os.getloadavg()[0]:.0f} on {os.cpu_count()} cores; medians of {options.turns} turns."
    )


if __name__ == "__main__":
    main()
