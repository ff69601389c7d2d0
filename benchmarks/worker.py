"""One process of the benchmarks: builds one model in one way, then does and times what it is asked.

python benchmarks/worker.py keras small            the Keras of this environment, ours or upstream's
python benchmarks/worker.py raw small step jax     a hand-written loop of a framework

Reads one word a line, answers with one line of JSON: `warm`, `fit`, `latency`, `predict`, `memory`, `fifty`, `about`.
"""

from __future__ import annotations

import importlib
import json
import os
import platform
import sys
import time
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from models import CASES, CHARACTERS, FEATURES, HEADS, HIDDEN, POSITIONS, TIMESTEPS, UNITS, VOCABULARY, Case

if TYPE_CHECKING:
    from collections.abc import Callable

sys.path.insert(0, str(Path(__file__).with_name("raw")))
CALLS = 200


def build(name: str):
    """The model as a user of Keras writes it."""
    from keras import Sequential, layers

    if name == "small":
        return Sequential([layers.Input((100,)), layers.Dense(64, activation="relu"), head(10)])
    if name == "mlp":
        hidden = [layers.Dense(512, activation="relu") for _ in range(2)]
        return Sequential([layers.Input((784,)), *hidden, head(10)])
    if name == "convnet":
        convolutions = [layers.Conv2D(filters, 3, activation="relu") for filters in (32, 64)]
        flat = [layers.MaxPooling2D(), layers.Flatten(), layers.Dense(128, activation="relu")]
        return Sequential([layers.Input((28, 28, 1)), *convolutions, *flat, head(10)])
    if name == "stacked":
        recurrent = [layers.LSTM(UNITS, return_sequences=True), layers.LSTM(UNITS)]
        return Sequential([layers.Input((40, CHARACTERS)), *recurrent, head(CHARACTERS)])
    if name == "transformer":
        return transformer()
    words = layers.Embedding(VOCABULARY, UNITS)
    return Sequential([layers.Input((TIMESTEPS,), dtype="int32"), words, layers.LSTM(UNITS), head(2)])


def transformer():
    """Words and their positions, two blocks of attention and a dense part with normalized residuals, their mean."""
    from keras import Input, Model, layers, ops

    class Words(layers.Layer):
        def __init__(self) -> None:
            super().__init__()
            self.words = layers.Embedding(VOCABULARY, FEATURES)
            self.places = layers.Embedding(POSITIONS, FEATURES)

        def build(self, input_shape) -> None:
            self.words.build(input_shape)
            self.places.build((POSITIONS,))

        def call(self, x):
            return self.words(x) + self.places(ops.arange(POSITIONS))

    start = Input((POSITIONS,), dtype="int32")
    x = Words()(start)
    for _ in range(2):
        attended = layers.MultiHeadAttention(HEADS, FEATURES // HEADS)(x, x)
        x = layers.LayerNormalization()(layers.Add()([x, attended]))
        dense = layers.Dense(FEATURES)(layers.Dense(HIDDEN, activation="relu")(x))
        x = layers.LayerNormalization()(layers.Add()([x, dense]))
    return Model(start, head(2)(layers.GlobalAveragePooling1D()(x)))


def head(classes: int):
    """The last layer."""
    from keras import layers

    return layers.Dense(classes, activation="softmax")


def median_microseconds(call: Callable[[], object], calls: int = CALLS, limit: float = 0.25) -> float:
    """Median time of up to `calls` calls, fewer (but 10) where these take longer than `limit` seconds."""
    times: list[float] = []
    while len(times) < calls and (len(times) < 10 or sum(times) < limit):
        start = time.perf_counter()
        call()
        times.append(time.perf_counter() - start)
    return 1e6 * float(np.median(times))


class KerasWorker:
    """Measures what a user of Keras calls, with default options."""

    def __init__(self, case: Case) -> None:
        import keras

        self.case, (self.x, self.y) = case, case.data()
        keras.ops.convert_to_tensor(0.0)  # ours loads the framework only now
        start = time.perf_counter()
        self.model = build(case.name)
        self.model.compile(optimizer="adam", loss="sparse_categorical_crossentropy", metrics=["accuracy"])
        self.built = time.perf_counter() - start

    def warm(self) -> dict:
        """The first call of fit, compilation included, and one more."""
        start = time.perf_counter()
        self.model.fit(self.x, self.y, epochs=1, batch_size=self.case.batch)
        first = time.perf_counter() - start
        steps = self.case.epochs * len(self.x) // self.case.batch
        for _ in range(1 + self.case.settle // steps):
            self.fit()
        batch = self.x[: self.case.batch], self.y[: self.case.batch]
        for _ in range(self.case.settle):
            self.model.train_on_batch(*batch)
            self.model.predict(self.x[:1], verbose=0)
        return {"first fit, s": first, "build, s": self.built}

    def fit(self) -> dict:
        """Samples a second of one call of fit."""
        start = time.perf_counter()
        self.model.fit(self.x, self.y, epochs=self.case.epochs, batch_size=self.case.batch)
        return {"samples/s": self.case.epochs * len(self.x) / (time.perf_counter() - start)}

    def latency(self) -> dict:
        """Microseconds of single calls."""
        import keras

        x, y, model = self.x[: self.case.batch], self.y[: self.case.batch], self.model
        tensor = keras.ops.convert_to_tensor(x)
        calls = {
            "train_on_batch": lambda: model.train_on_batch(x, y),
            "predict_on_batch": lambda: model.predict_on_batch(x),
            "model(x)": lambda: waited(model(tensor)),
            "predict, one row": lambda: model.predict(x[:1], verbose=0),
        }
        return timed(calls)

    def predict(self) -> dict:
        """Rows a second of predict over all data, no batch size named."""
        start = time.perf_counter()
        self.model.predict(self.x, verbose=0)
        return {"rows/s": len(self.x) / (time.perf_counter() - start)}

    def memory(self) -> dict:
        """Megabytes that fit adds for 200 MB of data, at first and over more epochs and calls."""
        x = np.zeros((500_000, 100), "float32")
        y = np.zeros(len(x), "int32")
        before = resident()
        Path("/proc/self/clear_refs").write_text("5")  # the peak begins anew
        self.model.fit(x, y, epochs=1, batch_size=4096, verbose=0)
        once, peak = resident(), resident("VmHWM")
        for _ in range(5):
            self.model.fit(x, y, epochs=2, batch_size=4096, verbose=0)
        return {"data": x.nbytes / 1e6, "first": once - before, "peak": peak - before, "more": resident() - once}

    def fifty(self) -> dict:
        """Seconds to build and compile a stack of 50 Dense layers."""
        from keras import Sequential, layers

        start = time.perf_counter()
        model = Sequential([layers.Input((64,)), *(layers.Dense(64, activation="relu") for _ in range(50))])
        model.compile(optimizer="adam", loss="mse")
        return {"seconds": time.perf_counter() - start}

    def about(self) -> dict:
        """What is measured."""
        import keras

        backend = keras.config.backend()
        framework = {"theano": "pytensor"}.get(backend, backend)
        found = {"keras": keras.__version__, framework: version(framework), "Python": platform.python_version()}
        if hasattr(keras.config, "list_devices"):  # ours
            found["devices"] = " ".join(keras.config.list_devices())
        return found


class RawWorker:
    """Measures a hand-written loop."""

    def __init__(self, case: Case, variant: str, framework: str) -> None:
        self.case, (self.x, self.y) = case, case.data()
        self.framework = importlib.import_module(framework)
        by_hand = importlib.import_module(f"{case.name}_{framework}")
        self.loop = by_hand.make(variant, (self.x, self.y), case.batch)

    def warm(self) -> dict:
        """The first epoch, compilation included, and one more run."""
        start = time.perf_counter()
        self.loop.fit(1)
        first = time.perf_counter() - start
        self.fit()
        return {"first fit, s": first}

    def fit(self) -> dict:
        """Samples a second."""
        start = time.perf_counter()
        self.loop.fit(self.case.epochs)
        return {"samples/s": self.case.epochs * len(self.x) / (time.perf_counter() - start)}

    def latency(self) -> dict:
        """Microseconds of single calls of compiled functions."""
        x, y, loop = self.x[: self.case.batch], self.y[: self.case.batch], self.loop
        tensor = loop.tensor(x)
        calls = {
            "train_on_batch": lambda: loop.train_on_batch(x, y),
            "predict_on_batch": lambda: loop.predict(x),
            "model(x)": lambda: waited(loop.call(tensor)),
            "predict, one row": lambda: loop.predict(x[:1]),
        }
        return timed(calls)

    def predict(self) -> dict:
        """Rows a second in one call over all data."""
        start = time.perf_counter()
        self.loop.predict(self.x)
        return {"rows/s": len(self.x) / (time.perf_counter() - start)}

    def about(self) -> dict:
        """What is measured."""
        return {self.framework.__name__: self.framework.__version__}


def timed(calls: dict[str, Callable[[], object]]) -> dict:
    """Microseconds of each call, after it ran a few times."""
    found = {}
    for name, call in calls.items():
        for _ in range(5):
            call()
        slow = median_microseconds(call, 3) > 20_000
        found[name] = median_microseconds(call, 20 if slow else CALLS)
    return found


def waited(tensor):
    """A tensor once its numbers are there: some frameworks and devices compute while Python goes on."""
    if hasattr(tensor, "block_until_ready"):  # JAX's
        return tensor.block_until_ready()
    return tensor.cpu() if hasattr(tensor, "cpu") else np.asarray(tensor)


def resident(what: str = "VmRSS") -> float:
    """Megabytes of memory that the process holds, or held at its peak ("VmHWM")."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith(what):
            return int(line.split()[1]) / 1024
    raise OSError(f"{what} is not in /proc/self/status")


def main() -> None:
    """Answers until the input ends; what Keras prints goes nowhere."""
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    case = CASES[sys.argv[2]]
    worker = KerasWorker(case) if sys.argv[1] == "keras" else RawWorker(case, *sys.argv[3:5])
    for line in sys.stdin:
        try:
            answer = getattr(worker, line.strip())()
        except Exception as error:
            answer = {"error": f"{type(error).__name__}: {error}"[:500]}
        print(json.dumps(answer), file=answers, flush=True)


if __name__ == "__main__":
    main()
