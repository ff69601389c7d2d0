"""Measure saving and loading beside upstream's: small models in turns, and large ones, a process for each step.

    python benchmarks/files.py --upstream /path/to/venv/bin/python --backend numpy --gigabytes 1

The other Python has Keras 3.15.1. The first table is of 50 Dense layers: medians of the time that passed, and of the
processor's. With `--gigabytes` a second one follows: each format is saved, which ours syncs and upstream's does not,
and loaded from the cache of the system in a process of its own, whose peak memory the system tells. Without
`--upstream` ours is measured alone.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sides import Side, settings

if TYPE_CHECKING:
    from collections.abc import Callable

_MB = 1e6
_SIDE = 4096  # of the large kernels: 67 MB each
_SMALL = ("save .keras", "load .keras", "save .weights.h5", "load .weights.h5", "save .h5", "load .h5")
_OURS_ALONE = (".npz", ".safetensors")
_LARGE = (".keras", ".weights.h5", ".h5", *_OURS_ALONE)


def _saver(model: Any, path: str) -> Callable[[], Any]:
    whole = path.endswith((".keras", ".h5")) and not path.endswith(".weights.h5")
    return lambda: model.save(path) if whole else model.save_weights(path)


def _loader(model: Any, path: str) -> Callable[[], Any]:
    import keras

    whole = path.endswith((".keras", ".h5")) and not path.endswith(".weights.h5")
    return lambda: keras.models.load_model(path) if whole else model.load_weights(path)


# --- 50 Dense layers ------------------------------------------------------------------------------


def work(folder: str) -> None:
    """Answer each line that names something with the seconds that one took, on the wall and of the processor."""
    import keras

    print(json.dumps(keras.__version__), flush=True)
    model = keras.Sequential([keras.Input((32,)), *(keras.layers.Dense(32) for _ in range(50))])
    for line in sys.stdin:
        name, turns = json.loads(line)
        what, _, ending = name.partition(" ")
        path = os.path.join(folder, f"small{ending}")
        function = (_saver if what == "save" else _loader)(model, path)
        found = []
        for _ in range(1 + int(turns)):
            begin = time.perf_counter(), time.process_time()
            function()
            found.append((time.perf_counter() - begin[0], time.process_time() - begin[1]))
        print(json.dumps([statistics.median(column) for column in zip(*found[1:], strict=True)]), flush=True)


def small(sides: list[Side], turns: int) -> None:
    """Print the table of the small model."""
    head = ["ours, ms", "ours, CPU ms", *(["upstream, ms", "upstream, CPU ms"] if len(sides) > 1 else [])]
    print(f"| 50 Dense layers | {' | '.join(head)} |\n| --- |{' ---: |' * len(head)}")
    for name in _SMALL:
        rounds = [[one.ask(name, 5) for one in sides] for _ in range(turns)]
        times = [
            statistics.median(one[side][clock] for one in rounds) for side in range(len(sides)) for clock in (0, 1)
        ]
        print(f"| {name} | {' | '.join(f'{1e3 * one:.1f}' for one in times)} |", flush=True)


# --- a gigabyte -----------------------------------------------------------------------------------


class _Mapped:
    """The most memory of this process that were pages of files, on Linux; looked at while something runs."""

    def __init__(self) -> None:
        self.most = self._now()
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._watch)

    @staticmethod
    def _now() -> float:
        status = Path("/proc/self/status")
        lines = status.read_text("ascii", "replace").splitlines() if status.exists() else []
        return sum(1024 / _MB * int(line.split()[1]) for line in lines if line.startswith("RssFile"))

    def _watch(self) -> None:
        while not self._done.wait(0.005):
            self.most = max(self.most, self._now())

    def __enter__(self) -> _Mapped:
        self._thread.start()
        return self

    def __exit__(self, *error: object) -> None:
        self.most = max(self.most, self._now())
        self._done.set()
        self._thread.join()


def _forget_peak() -> None:
    """Let the peak be what the process has now, where the system can."""
    with suppress(OSError):
        Path("/proc/self/clear_refs").write_text("5", "ascii")


def _peak() -> float:
    """The most memory that this process has had, in MB, on Linux since the last `_forget_peak`."""
    import resource

    status = Path("/proc/self/status")
    if status.exists():
        lines = status.read_text("ascii", "replace").splitlines()
        return next(1024 / _MB * int(line.split()[1]) for line in lines if line.startswith("VmHWM"))

    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / _MB


def step(what: str, path: str, layers: int) -> None:
    """Save or load a large model, and print seconds, CPU seconds, and MB besides those of its weights."""
    import keras
    import numpy as np

    def layer(_: int) -> Any:
        return keras.layers.Dense(_SIDE, use_bias=False)

    tiny = keras.Sequential([keras.Input((2,)), keras.layers.Dense(2, use_bias=False, kernel_initializer="zeros")])
    with tempfile.TemporaryDirectory() as folder:  # which loads what is needed
        _saver(tiny, os.path.join(folder, os.path.basename(path)))()
        _loader(tiny, os.path.join(folder, os.path.basename(path)))()
    whole = what == "load" and path.endswith((".keras", ".h5")) and not path.endswith(".weights.h5")
    model = None
    if not whole:
        model = keras.Sequential([keras.Input((_SIDE,)), *map(layer, range(layers))])
        for number, weight in enumerate(model.weights):
            weight.assign(np.full(weight.shape, number, "float32"))
    function = (_saver if what == "save" else _loader)(model, path)
    _forget_peak()
    before = _peak()
    with _Mapped() as mapped:
        start = mapped.most
        begin = time.perf_counter(), time.process_time()
        kept = function()
        passed, used = time.perf_counter() - begin[0], time.process_time() - begin[1]
    peak = _peak()
    own = sum(float(np.prod(weight.shape)) * 4 for weight in kept.weights) / _MB if whole else 0.0
    for number, weight in enumerate((kept if whole else model).weights):
        assert float(np.asarray(weight)[-1, -1]) == number
    print(json.dumps([passed, used, peak - before - own, mapped.most - start]))


def _of_process(python: str, backend: str, ours: bool, arguments: list[str]) -> Any:
    command, env = [python, __file__, "--step", *arguments], settings(backend, ours=ours)
    done = subprocess.run(command, env=env, capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(f"{' '.join(arguments)} failed: {done.stderr[-1000:]}")
    return json.loads(done.stdout.splitlines()[-1])


def _of_disk(path: Path, size: int) -> tuple[float, float]:
    """Seconds of writing as many bytes and syncing them, and of reading them from the cache of the system."""
    chunk = bytearray(os.urandom(1 << 22))
    begin = time.perf_counter()
    with open(path, "wb", buffering=0) as file:
        for _ in range(size // len(chunk)):
            file.write(chunk)
        os.fsync(file.fileno())
    written = time.perf_counter()
    with open(path, "rb", buffering=0) as file:
        while file.readinto(chunk):
            pass
    read = time.perf_counter()
    path.unlink()
    return written - begin, read - written


def large(options: argparse.Namespace, folder: Path) -> None:
    """Print the table of large models: of the turns, the fastest; of their memory, the most."""
    layers = max(round(options.gigabytes * 1e9 / (4 * _SIDE**2)), 1)
    size = layers * 4 * _SIDE**2
    sides = [("ours", sys.executable), *([("upstream", options.upstream)] if options.upstream else [])]
    print(
        f"\n{layers} kernels of {4 * _SIDE**2 / _MB:.0f} MB, {size / _MB:,.0f} MB together.\n\n"
        "| format | step | whose | s | CPU s | MB/s | more memory, MB | mapped file in it, MB |\n"
        "| --- | --- | --- | ---: | ---: | ---: | ---: | ---: |"
    )
    turns = [_of_disk(folder / "bytes", size) for _ in range(options.large_turns)]
    for what, seconds in (("write and sync", min(t[0] for t in turns)), ("read, cached", min(t[1] for t in turns))):
        print(f"| bytes alone | {what} | the system | {seconds:.2f} | | {size / _MB / seconds:,.0f} | | |", flush=True)
    for ending in _LARGE:
        found: dict[tuple[str, str], list[Any]] = {}
        for _ in range(options.large_turns):
            for whose, python in sides:
                if whose == "upstream" and ending in _OURS_ALONE:
                    continue
                path = folder / f"large{ending}"
                for what in ("save", "load"):
                    arguments = [what, str(path), str(layers)]
                    figures = _of_process(python, options.backend, whose == "ours", arguments)
                    found.setdefault((what, whose), []).append(figures)
                path.unlink()
        for (what, whose), rows in sorted(found.items(), reverse=True):
            seconds, used = min(row[0] for row in rows), min(row[1] for row in rows)
            memory, mapped = max(row[2] for row in rows), max(row[3] for row in rows)
            rate = size / _MB / seconds
            shown = f"{seconds:.2f} | {used:.2f} | {rate:,.0f} | {max(memory, 0):,.0f} | {max(mapped, 0):,.0f}"
            print(f"| {ending} | {what} | {whose} | {shown} |", flush=True)


def main() -> None:
    """Measure, and print tables."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--work", metavar="FOLDER", help="be a process of one side")
    parser.add_argument("--step", nargs=3, metavar=("WHAT", "PATH", "LAYERS"), help="be a process of one step")
    parser.add_argument("--upstream", help="a Python that has upstream Keras")
    parser.add_argument("--backend", default="numpy")
    parser.add_argument("--turns", type=int, default=5, help="of the small model, five times each")
    parser.add_argument("--gigabytes", type=float, default=0, help="of the weights of a large model; 0 for none")
    parser.add_argument("--large-turns", type=int, default=2)
    parser.add_argument("--folder", help="on the disk to measure; by default one for temporary files")
    options = parser.parse_args()
    if options.work:
        work(options.work)
        return
    if options.step:
        step(options.step[0], options.step[1], int(options.step[2]))
        return
    load = [os.getloadavg()[0]]
    with tempfile.TemporaryDirectory(dir=options.folder) as folder:
        places = [Path(folder, name) for name in ("ours", "upstream")]
        for place in places:
            place.mkdir()
        sides = [Side(__file__, sys.executable, options.backend, [str(places[0])], True)]
        if options.upstream:
            sides.append(Side(__file__, options.upstream, options.backend, [str(places[1])], False))
        small(sides, options.turns)
        for side in sides:
            side.close()
        load.append(os.getloadavg()[0])
        if options.gigabytes:
            large(options, places[0])
            load.append(os.getloadavg()[0])
    print(f"\nThe machine's load was {min(load):.1f} to {max(load):.1f} on {os.cpu_count()} cores.")


if __name__ == "__main__":
    main()
