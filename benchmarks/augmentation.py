"""Measure layers for pictures beside upstream Keras: the same pictures, in turns, a process for each side.

    python benchmarks/augmentation.py --upstream /path/to/venv/bin/python

The other Python has Keras 3.15.1 and the same frameworks. For each framework and way of calling two processes stay
open, and are asked for one layer after the other, by turns; a figure is the median of the turns' medians. On a machine
that does other things, too, `--clock cpu --cores 1` counts the time that the processes got of one core instead.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sides import CLOCKS, Side, measured

if TYPE_CHECKING:
    from collections.abc import Callable

#: Each layer and its arguments, which both sides take.
LAYERS: dict[str, dict[str, Any]] = {
    "AugMix": {},
    "AutoContrast": {},
    "CenterCrop": {"height": 64, "width": 64},
    "CutMix": {},
    "Equalization": {},
    "MixUp": {},
    "RandAugment": {},
    "RandomBrightness": {"factor": 0.2},
    "RandomColorDegeneration": {"factor": 0.5},
    "RandomColorJitter": {
        "brightness_factor": 0.2,
        "contrast_factor": 0.2,
        "saturation_factor": 0.2,
        "hue_factor": 0.2,
    },
    "RandomContrast": {"factor": 0.2},
    "RandomCrop": {"height": 64, "width": 64},
    "RandomElasticTransform": {},
    "RandomErasing": {},
    "RandomFlip": {},
    "RandomGaussianBlur": {},
    "RandomGrayscale": {},
    "RandomHue": {"factor": 0.2},
    "RandomInvert": {},
    "RandomPerspective": {},
    "RandomPosterization": {"factor": 4},
    "RandomRotation": {"factor": 0.1},
    "RandomSaturation": {"factor": 0.5},
    "RandomSharpness": {"factor": 0.5},
    "RandomShear": {"x_factor": 0.2, "y_factor": 0.2},
    "RandomTranslation": {"height_factor": 0.1, "width_factor": 0.1},
    "RandomZoom": {"height_factor": 0.1},
    "Rescaling": {"scale": 1 / 255},
    "Resizing": {"height": 64, "width": 64},
    "Solarization": {"addition_factor": 0.1, "threshold_factor": 0.1},
}
WAYS = ("arrays", "pipeline")
_BATCHES_AT_A_TIME = 20


# -- a process of one side


def work(way: str, batch: int, side: int, cores: int, clock: Callable[[], float]) -> None:
    """Answer each line that names a layer with seconds per batch, by JSON."""
    if cores:
        os.sched_setaffinity(0, set(range(cores)))  # before the frameworks make their threads
    import keras
    import numpy as np

    rng = np.random.default_rng(0)
    data: Any = rng.integers(0, 256, (batch, side, side, 3)).astype("float32")
    print(json.dumps(keras.__version__), flush=True)
    timers: dict[str, Any] = {}
    for line in sys.stdin:
        name, budget = json.loads(line)
        try:
            begin = time.perf_counter()
            if name not in timers:
                given = (
                    {"images": data, "labels": np.eye(batch, dtype="float32")} if name in ("CutMix", "MixUp") else data
                )
                timers[name] = _timer(way, getattr(keras.layers, name)(**LAYERS[name]), given, clock)
            first = time.perf_counter() - begin
            print(json.dumps([measured(timers[name], budget), first]), flush=True)
        except Exception as error:  # the other layers go on
            print(json.dumps(f"{type(error).__name__}: {str(error)[:200]}"), flush=True)


def _timer(way: str, layer: Any, data: Any, clock: Callable[[], float]) -> Any:
    """A function that gives the seconds a batch takes; what happens only once has happened."""
    if way == "pipeline":
        import tensorflow as tf

        count = _BATCHES_AT_A_TIME
        mapped = tf.data.Dataset.from_tensors(data).cache().repeat().map(lambda x: layer(x, training=True))
        batches = iter(mapped)
        next(batches)

        def several() -> float:
            begin = clock()
            for _ in range(count):
                next(batches)
            return (clock() - begin) / count

        return several

    def once() -> float:
        begin = clock()
        found = layer(data, training=True)
        _finish(found["images"] if isinstance(found, dict) else found)
        return clock() - begin

    for _ in range(3):
        once()
    return once


def _finish(tensor: Any) -> None:
    """Wait until the numbers are there, without copying them."""
    if hasattr(tensor, "block_until_ready"):
        tensor.block_until_ready()


# -- both sides


def compare(options: argparse.Namespace, backend: str, way: str) -> dict[str, Any]:
    """For each layer: seconds of a batch by us and by upstream, and seconds until the first batch."""
    arguments = [way, str(options.batch), str(options.side), str(options.cores), options.clock]
    ours = Side(__file__, sys.executable, backend, arguments, True)
    upstream = Side(__file__, options.upstream, backend, arguments, False)
    names = options.layers or list(LAYERS)
    found: dict[str, Any] = {}
    for name in names:
        turns: list[tuple[Any, Any]] = []
        for turn in range(options.turns):
            pair = [side.ask(name, options.seconds) for side in ((ours, upstream) if turn % 2 else (upstream, ours))]
            turns.append((pair[0], pair[1]) if turn % 2 else (pair[1], pair[0]))
            if any(isinstance(one, str) for one in turns[-1]):
                break
        wrong = [one for one in turns[-1] if isinstance(one, str)]
        if wrong:
            found[name] = {"wrong": [one if isinstance(one, str) else None for one in turns[-1]]}
        else:
            mine, other = (statistics.median(pair[k][0] for pair in turns) for k in range(2))
            found[name] = {"ours": mine, "upstream": other, "first": [turns[0][0][1], turns[0][1][1]]}
        print(f"{backend:11} {way:9} {name:25} {_line(found[name])}", file=sys.stderr, flush=True)
    for side in (ours, upstream):
        side.close()
    return found


def _line(one: dict[str, Any]) -> str:
    if "wrong" in one:
        return str(one["wrong"])
    ratio = one["upstream"] / one["ours"]
    return (
        f"{one['ours'] * 1e3:8.2f} ms, upstream {one['upstream'] * 1e3:8.2f} ms: {ratio:5.2f} times; "
        f"first {one['first'][0]:.1f} and {one['first'][1]:.1f} s"
    )


def table(results: dict[str, dict[str, Any]]) -> str:
    """A row for each layer, and for each framework and way our time in ms and how many times upstream's speed it is."""
    columns = list(results)
    lines = ["| layer | " + " | ".join(columns) + " |", "| --- |" + " ---: |" * len(columns)]
    for name in LAYERS:
        cells = []
        for column in columns:
            one = results[column].get(name)
            if one is None:
                cells.append("")
            elif "wrong" in one:
                ours, _ = one["wrong"]
                cells.append("fails" if ours else "upstream fails")
            else:
                cells.append(f"{one['ours'] * 1e3:.2f} ms, {one['upstream'] / one['ours']:.2g}x")
        if any(cells):
            lines.append(f"| {name} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def main() -> None:
    """Measure, and print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument(
        "--work", nargs=5, metavar=("WAY", "BATCH", "SIDE", "CORES", "CLOCK"), help="be a process of one side"
    )
    parser.add_argument("--upstream", help="a Python that has upstream Keras")
    parser.add_argument("--backends", nargs="+", default=["tensorflow", "jax", "torch"])
    parser.add_argument("--ways", nargs="+", default=list(WAYS), choices=WAYS)
    parser.add_argument("--layers", nargs="+", choices=list(LAYERS))
    parser.add_argument("--turns", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=0.2, help="for each turn of a layer")
    parser.add_argument("--batch", type=int, default=16)
    parser.add_argument("--side", type=int, default=96)
    parser.add_argument("--cores", type=int, default=0, help="how many cores a process gets; 0 are all")
    parser.add_argument("--clock", default="wall", choices=CLOCKS, help="time that passes, or that the process gets")
    parser.add_argument("--json", type=Path, help="where the figures go")
    options = parser.parse_args()
    if options.work:
        way, *numbers, clock = options.work
        work(way, *map(int, numbers), CLOCKS[clock])
        return
    if not options.upstream:
        parser.error("--upstream is needed: a Python that has upstream Keras")
    results = {}
    for backend in options.backends:
        for way in options.ways:
            results[f"{backend}, {way}"] = compare(options, backend, way)
            if options.json:
                options.json.write_text(json.dumps(results, indent=1))
    print(table(results))


if __name__ == "__main__":
    main()
