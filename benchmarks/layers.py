"""One layer a model: sizes, data and how Keras builds each, and a process that times one beside the same by hand.

    KERAS_BACKEND=jax python benchmarks/layers.py                       all layers, ours and by hand, in turns
    KERAS_BACKEND=jax python benchmarks/layers.py gru,masked_lstm       some of them
    KERAS_BACKEND=jax python benchmarks/layers.py all --upstream PYTHON  and upstream's Keras, of that interpreter

A training step is forward, backward and the optimizer's update: `train_on_batch` of tensors, or `fit` where a step
takes less than a call, and a loop by hand that gathers its rows as `fit` does. A call is the forward pass alone,
compiled, on a tensor. The loops by hand are `raw/layers_<framework>.py`; Theano has none. Prints medians in
milliseconds, and ratios, as rows of a table.
"""

from __future__ import annotations

import argparse
import importlib
import json
import os
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import sides

if TYPE_CHECKING:
    from collections.abc import Callable

sys.path.insert(0, str(Path(__file__).with_name("raw")))
ROWS = 1_000_000
CLOCK = time.process_time if "--cpu" in sys.argv else time.perf_counter
"""What takes the times: the clock on the wall, or that of the process, which others disturb less."""
TURN = 0.3
"""Seconds that a way of doing a thing is run in each turn, at least one step."""


@dataclass(frozen=True)
class LayerCase:
    """A layer, the shape of its input, and what trains it."""

    name: str
    title: str
    batch: int
    shape: tuple[int, ...]
    layer: Callable[[Any], Any]
    optimizer: str = "sgd"
    batches: int = 1

    @property
    def by_fit(self) -> bool:
        """Whether a training step is one of `fit`."""
        return self.batches > 1

    def inputs(self) -> np.ndarray:
        """Numbers, ids for an embedding; the later steps of a masked sequence are zeros, each row's own number."""
        random = np.random.default_rng(0)
        shape = (self.batches * self.batch, *self.shape)
        if self.name.startswith("embedding"):
            return random.integers(0, ROWS, shape).astype("int32")
        x = random.normal(size=shape).astype("float32")
        if self.name.startswith("masked"):
            lengths = random.integers(self.shape[0] // 2, self.shape[0] + 1, len(x))
            x[np.arange(self.shape[0]) >= lengths[:, None]] = 0
        return x

    def model(self, optimizer: Any = None, **options: Any) -> Any:
        """The model of Keras, ours or upstream's, compiled."""
        import keras

        start = keras.Input(self.shape, dtype="int32" if self.name.startswith("embedding") else "float32")
        if self.name.startswith("attention"):
            out = self.layer(keras.layers)(start, start)
        elif self.name.startswith("masked"):
            out = self.layer(keras.layers)(keras.layers.Masking()(start))
        else:
            out = self.layer(keras.layers)(start)
        model = keras.Model(start, out)
        model.compile(optimizer=optimizer or self.optimizer, loss=weighted_mean, **options)
        return model


PICTURE = (32, 32, 64)


def weighted_mean(y_true: Any, y_pred: Any) -> Any:
    """A loss that costs little beside a layer."""
    from keras import ops

    return ops.mean(ops.multiply(y_true, y_pred))


def _words(keras_layers: Any) -> Any:
    return keras_layers.Embedding(ROWS, 32)


def _attention(keras_layers: Any) -> Any:
    return keras_layers.MultiHeadAttention(4, 32)


def _transposed(keras_layers: Any) -> Any:
    return keras_layers.Conv2DTranspose(32, 3, strides=2, padding="same")


def _separable(keras_layers: Any) -> Any:
    return keras_layers.SeparableConv2D(64, 3, padding="same")


def _conv_lstm(keras_layers: Any) -> Any:
    return keras_layers.ConvLSTM2D(16, 3, padding="same")


TABLE = "Embedding(1,000,000, 32)"
CASES = {
    case.name: case
    for case in (
        LayerCase("depthwise", "DepthwiseConv2D(3)", 16, PICTURE, lambda k: k.DepthwiseConv2D(3, padding="same")),
        LayerCase("separable", "SeparableConv2D(64, 3)", 16, PICTURE, _separable),
        LayerCase("transposed", "Conv2DTranspose(32, 3, strides=2)", 16, (16, 16, 64), _transposed),
        LayerCase("attention_128", "MultiHeadAttention(4, 32), T 128", 16, (128, 128), _attention),
        LayerCase("attention_1024", "MultiHeadAttention(4, 32), T 1,024", 2, (1024, 128), _attention),
        LayerCase("conv_lstm", "ConvLSTM2D(16, 3), T 8", 4, (8, 24, 24, 8), _conv_lstm),
        LayerCase("batch_norm", "BatchNormalization", 32, PICTURE, lambda k: k.BatchNormalization()),
        LayerCase("layer_norm", "LayerNormalization", 32, (128, 256), lambda k: k.LayerNormalization()),
        LayerCase("embedding_sgd", f"{TABLE}, SGD", 64, (20,), _words, batches=64),
        LayerCase("embedding_adagrad", f"{TABLE}, Adagrad", 64, (20,), _words, "adagrad", batches=64),
        LayerCase("embedding_adam", f"{TABLE}, Adam", 64, (20,), _words, "adam", batches=16),
        LayerCase("gru", "GRU(128), T 80", 32, (80, 64), lambda k: k.GRU(128)),
        LayerCase("lstm", "LSTM(128), T 80", 32, (80, 64), lambda k: k.LSTM(128)),
        LayerCase("masked_lstm", "LSTM(128), T 80, masked", 32, (80, 64), lambda k: k.LSTM(128)),
        LayerCase("masked_gru", "GRU(128), T 80, masked", 32, (80, 64), lambda k: k.GRU(128)),
    )
}


class KerasWay:
    """What a user of Keras calls."""

    def __init__(self, case: LayerCase, **options: Any) -> None:
        import keras

        self.case, self.x = case, case.inputs()
        self.model = case.model(**options)
        self.y = np.ones((len(self.x), *self.model.output_shape[1:]), "float32")
        self.tensor = keras.ops.convert_to_tensor(self.x[: case.batch])
        self.target = keras.ops.convert_to_tensor(self.y[: case.batch])

    def train(self, steps: int) -> None:
        """Runs steps on one batch, or by `fit` where a call of it pays for copying a large table once."""
        if self.case.by_fit:
            epochs = max(1, steps // self.case.batches)
            self.model.fit(self.x, self.y, batch_size=self.case.batch, epochs=epochs, verbose=0)
            return
        for _ in range(steps):
            self.model.train_on_batch(self.tensor, self.target)

    def call(self) -> None:
        """One forward pass."""
        waited(self.model(self.tensor))


def waited(tensor: Any) -> Any:
    """A tensor once its numbers are there."""
    if hasattr(tensor, "block_until_ready"):
        return tensor.block_until_ready()
    return tensor if hasattr(tensor, "detach") else np.asarray(tensor)


class Ways:
    """Several ways of one thing, timed in turns."""

    def __init__(self) -> None:
        self.runs: dict[str, Callable[[], float]] = {}

    def measure(self, turns: int) -> dict[str, float]:
        """Median of the milliseconds, by way."""
        times: dict[str, list[float]] = {name: [] for name in self.runs}
        for _ in range(turns):
            for name, run in self.runs.items():
                times[name].append(run())
        return {name: float(np.median(found)) for name, found in times.items()}


def step_time(way: Any) -> float:
    """Milliseconds of a training step, of as many as fit into a turn."""
    steps = 5 * way.case.batches if way.case.by_fit else 1
    start = CLOCK()
    way.train(steps)
    once = CLOCK() - start
    if once < TURN:
        steps = int(min(50, TURN / once) + 1) * steps
        start = CLOCK()
        way.train(steps)
        once = CLOCK() - start
    return 1e3 * once / steps


def call_time(way: Any) -> float:
    """Milliseconds of a forward pass, the median of those of a turn."""
    times: list[float] = []
    while not times or (sum(times) < TURN and len(times) < 200):
        start = CLOCK()
        way.call()
        times.append(CLOCK() - start)
    return 1e3 * float(np.median(times))


def warm(way: Any, seconds: float, settle: int) -> None:
    """Runs a way until it has settled, or for so long."""
    way.train(1)
    start, steps = time.perf_counter(), 0
    while steps < settle and time.perf_counter() - start < seconds:
        way.train(16)
        steps += 16
    for _ in range(3):
        way.call()


class Peer:
    """Upstream's Keras in a process of its own."""

    def __init__(self, python: str, case: LayerCase) -> None:
        self.process = subprocess.Popen(
            [python, __file__, case.name, "--serve", *(["--cpu"] if "--cpu" in sys.argv else [])],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            env=sides.settings(os.environ["KERAS_BACKEND"], ours=False),
        )
        self.ask("warm")

    def ask(self, what: str) -> float:
        """One answer."""
        self.process.stdin.write(what + "\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        return json.loads(line) if line else float("nan")

    def close(self) -> None:
        """Ends the process."""
        self.process.kill()
        self.process.wait()


def serve(case: LayerCase, seconds: float) -> None:
    """Answers for `Peer`."""
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    way = KerasWay(case)
    for line in sys.stdin:
        what = line.strip()
        found = {"warm": lambda: warm(way, seconds, 0), "step": lambda: step_time(way), "call": lambda: call_time(way)}[
            what
        ]()
        print(json.dumps(found), file=answers, flush=True)


def main() -> None:
    """Times what the command line names."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("layers", nargs="?", default="all")
    parser.add_argument("--upstream", default="")
    parser.add_argument("--turns", type=int, default=5)
    parser.add_argument("--settle", type=float, default=0, help="seconds to let ours choose how to compile")
    parser.add_argument("--jit", action="store_true", help="ours with jit_compile=True, too")
    parser.add_argument("--by-hand", default="", help="variants of the loop by hand, those of the framework by default")
    parser.add_argument("--json", type=Path, help="where the figures go")
    parser.add_argument("--serve", action="store_true")
    parser.add_argument("--cpu", action="store_true", help="processor time instead of time on the wall")
    parser.add_argument("--calls", action="store_true", help="time forward passes, too")
    options = parser.parse_args()
    names = list(CASES) if options.layers == "all" else options.layers.split(",")
    if options.serve:
        serve(CASES[names[0]], options.settle)
        return
    framework = os.environ["KERAS_BACKEND"]
    by_hand = importlib.import_module(f"layers_{framework}") if framework != "theano" else None
    rows: list[dict[str, Any]] = []
    for name in names:
        try:
            rows += measure(CASES[name], by_hand, options)
        except Exception as error:
            if not options.json:
                raise
            print(f"{CASES[name].title}: {type(error).__name__}: {error}", flush=True)
        if options.json:
            options.json.write_text(json.dumps(rows, indent=1))


def measure(case: LayerCase, by_hand: Any, options: argparse.Namespace) -> list[dict[str, Any]]:
    """Times one layer, prints its rows and returns their figures."""
    rows: list[dict[str, Any]] = []
    ours = KerasWay(case)
    ways: dict[str, Any] = {"ours": ours}
    if by_hand is not None:
        weights = ours.model.get_weights()
        expected = np.asarray(ours.model.predict(ours.x[: case.batch], verbose=0))
        for variant in options.by_hand.split(",") if options.by_hand else by_hand.VARIANTS:
            hand = by_hand.make(case, variant, weights, ours.x, ours.y)
            np.testing.assert_allclose(hand.output(), expected, rtol=1e-3, atol=1e-3)
            ways[f"by hand, {variant}"] = hand
    if options.jit:
        ways["ours, jit"] = KerasWay(case, jit_compile=True)
    for way in ways.values():
        warm(way, options.settle, 600)
    peer = Peer(options.upstream, case) if options.upstream else None
    for what, timer in (("step", step_time), ("call", call_time))[: 1 + options.calls]:
        turns = Ways()
        for way, runner in ways.items():
            turns.runs[way] = lambda runner=runner, timer=timer: timer(runner)
        if peer is not None:
            turns.runs["upstream"] = lambda what=what: peer.ask(what)
        found = turns.measure(options.turns)
        best = min((value for way, value in found.items() if way.startswith("by hand")), default=float("nan"))
        rows.append({"name": case.name, "what": what, "times": found})
        cells = " | ".join(f"{way} {value:.2f}" for way, value in found.items())
        print(f"| {case.title} | {what} | {cells} | ours/by hand {found['ours'] / best:.2f} |", flush=True)
    if peer is not None:
        peer.close()
    return rows


if __name__ == "__main__":
    main()
