"""`fit` of sources of batches beside the same loop by hand: a generator, a torch DataLoader, a tf.data.Dataset.

    KERAS_BACKEND=jax python benchmarks/sources.py                        100-64-10 and 784-512-512-10, every source
    KERAS_BACKEND=jax python benchmarks/sources.py mlp --sources tf.data  some of them

By hand, one compiled step of the framework's own functions takes each batch that the source yields, as arrays, and its
loss is waited for. Both take turns in one process, an epoch each; the time is that of the processor, all threads
together, the median of `--repeats`. TensorFlow and PyTorch must both be installed where their sources are asked for.
"""

from __future__ import annotations

import argparse
import importlib
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from models import CASES
from predicting import in_turns
from worker import build

if TYPE_CHECKING:
    from collections.abc import Iterator

sys.path.insert(0, str(Path(__file__).with_name("raw")))
STEPS = {"small": 600, "mlp": 100}


def batches(x: np.ndarray, y: np.ndarray, size: int) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """A generator of the batches."""
    for start in range(0, len(x), size):
        yield x[start : start + size], y[start : start + size]


def sources(kind: str, x: np.ndarray, y: np.ndarray, size: int) -> tuple[Any, Any]:
    """Functions that give what is iterated by hand, in arrays, and what `fit` is given."""
    if kind == "generator":
        return lambda: batches(x, y, size), lambda: batches(x, y, size)
    if kind == "DataLoader":
        import torch

        rows = torch.utils.data.TensorDataset(torch.from_numpy(x), torch.from_numpy(y))
        loader = torch.utils.data.DataLoader(rows, batch_size=size)
        return lambda: ((one.numpy(), other.numpy()) for one, other in loader), lambda: loader
    import tensorflow as tf

    data = tf.data.Dataset.from_tensor_slices((x, y)).batch(size).prefetch(2)
    return data.as_numpy_iterator, lambda: data


def main() -> None:
    """Measures the models and sources that are named, and prints a line for each."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("models", nargs="*", default=["small", "mlp"])
    parser.add_argument("--sources", nargs="*", default=["generator", "DataLoader", "tf.data"])
    parser.add_argument("--repeats", type=int, default=5)
    given = parser.parse_args()
    framework = os.environ["KERAS_BACKEND"]
    random = np.random.default_rng(0)
    for name in given.models:
        case, steps = CASES[name], STEPS[name]
        shape, rows = case.data()[0].shape[1:], STEPS[name] * case.batch
        x, y = random.normal(size=(rows, *shape)).astype("float32"), random.integers(0, 10, rows).astype("int32")
        variant = "xla-step" if framework == "tensorflow" else "eager"
        loop = importlib.import_module(f"{name}_{framework}").make(variant, (x, y), case.batch)
        model = build(name)
        model.compile("adam", "sparse_categorical_crossentropy")
        for kind in given.sources:
            by_hand, ours = sources(kind, x, y, case.batch)

            def trained_by_hand(by_hand=by_hand, loop=loop) -> None:
                for one, other in by_hand():
                    loop.train_on_batch(one, other)

            def fitted(ours=ours, model=model, steps=steps) -> None:
                model.fit(ours(), steps_per_epoch=steps, verbose=0)

            hand, keras = in_turns([trained_by_hand, fitted], given.repeats)
            each = [1e6 * seconds / steps for seconds in (hand, keras)]
            print(
                f"{name}, {kind}: by hand {each[0]:.0f} µs a step, fit {each[1]:.0f} µs: "
                f"{hand / keras:.2f} of its speed",
                flush=True,
            )


if __name__ == "__main__":
    main()
