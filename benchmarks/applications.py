"""Measure ResNet50 of keras.applications beside the framework's own, in turns, a process for each.

    KERAS_BACKEND=torch python benchmarks/applications.py --other torchvision
    KERAS_BACKEND=tensorflow python benchmarks/applications.py --other tf_keras --python /path/to/venv/bin/python

A prediction and a step of training (SGD with momentum, cross-entropy) on a batch of pictures, and how long it takes to
build networks. A figure is the median of the turns' medians.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import sys
from typing import TYPE_CHECKING, Any

from sides import CLOCKS, Side, measured

if TYPE_CHECKING:
    from collections.abc import Callable

_CLASSES = 1000
_BUILT = ("ResNet50", "DenseNet201")

Functions = dict[str, "Callable[[], Any]"]


def _data(batch: int, side: int) -> tuple[Any, Any]:
    import numpy as np

    rng = np.random.default_rng(0)
    return rng.normal(size=(batch, side, side, 3)).astype("float32"), rng.integers(0, _CLASSES, batch)


def _of_keras(keras: Any, batch: int, side: int) -> Functions:
    """The functions of ours and of tf_keras, which have the same names."""
    x, y = _data(batch, side)

    def made(name: str, shape: tuple[int, int, int]) -> Any:
        return getattr(keras.applications, name)(weights=None, input_shape=shape, classes=_CLASSES)

    model = made("ResNet50", (side, side, 3))
    model.compile(keras.optimizers.SGD(0.01, momentum=0.9), "sparse_categorical_crossentropy")
    return {
        "predict": lambda: model.predict_on_batch(x),
        "train": lambda: model.train_on_batch(x, y),
        **{f"build {name}": lambda name=name: made(name, (224, 224, 3)) for name in _BUILT},  # type: ignore[misc]
    }


def _of_torchvision(batch: int, side: int) -> Functions:
    import torch
    from torch import library

    if not torch.version.cuda:  # where torchvision's own ops, which no network here has, may be made for another build
        library.register_fake = lambda *_, **__: lambda function: function  # type: ignore[assignment]
    import torchvision

    x, y = _data(batch, side)
    model = torchvision.models.resnet50()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.01, momentum=0.9)
    pictures = torch.from_numpy(x.transpose(0, 3, 1, 2).copy())
    last = pictures.contiguous(memory_format=torch.channels_last)
    labels = torch.from_numpy(y)

    def predict(inputs: Any) -> Any:
        model.eval()
        with torch.inference_mode():
            return torch.softmax(model(inputs), 1).numpy()

    def train(inputs: Any) -> float:
        model.train()
        optimizer.zero_grad()
        loss = torch.nn.functional.cross_entropy(model(inputs), labels)
        loss.backward()
        optimizer.step()
        return float(loss.detach())

    return {
        "predict": lambda: predict(pictures),
        "train": lambda: train(pictures),
        "predict, channels last": lambda: predict(last),
        "train, channels last": lambda: train(last),
        **{f"build {name}": getattr(torchvision.models, name.lower()) for name in _BUILT},
    }


def work(which: str, batch: int, side: int, clock: Callable[[], float]) -> None:
    """Answer each line that names something with seconds a call, by JSON."""
    if which == "torchvision":
        functions = _of_torchvision(batch, side)
    elif which == "tf_keras":
        import tf_keras

        functions = _of_keras(tf_keras, batch, side)
    else:
        import keras

        functions = _of_keras(keras, batch, side)
    print(json.dumps(sorted(functions)), flush=True)
    seen: set[str] = set()
    for line in sys.stdin:
        name, budget = json.loads(line)
        if name not in seen:  # what is compiled, and when, is not measured
            seen.add(name)
            for _ in range(1 if name.startswith("build") else 3):
                functions[name]()

        def once(function: Callable[[], Any] = functions[name]) -> float:
            begin = clock()
            function()
            return clock() - begin

        print(json.dumps(measured(once, budget)), flush=True)


def main() -> None:
    """Measure, and print a table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--work", nargs=4, metavar=("WHICH", "BATCH", "SIDE", "CLOCK"), help="be a process of one side")
    parser.add_argument("--other", choices=("torchvision", "tf_keras"), help="what to measure beside")
    parser.add_argument("--python", default=sys.executable, help="a Python that has it")
    parser.add_argument("--batch", type=int, default=8)
    parser.add_argument("--side", type=int, default=224, help="height and width of the pictures")
    parser.add_argument("--turns", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=1.0, help="for each turn; three calls at least")
    parser.add_argument("--names", nargs="+", help="what to measure; all when left out, such as: predict")
    parser.add_argument("--clock", default="wall", choices=CLOCKS, help="time that passes, or that the process gets")
    options = parser.parse_args()
    if options.work:
        which, batch, side, clock = options.work
        work(which, int(batch), int(side), CLOCKS[clock])
        return
    if not options.other:
        parser.error("--other is needed: torchvision or tf_keras")
    arguments = [str(options.batch), str(options.side), options.clock]
    backend = os.environ.get("KERAS_BACKEND", "")
    ours = Side(__file__, sys.executable, backend, ["ours", *arguments], True)
    other = Side(__file__, options.python, backend, [options.other, *arguments], False)
    print(f"| what | ours, ms | {options.other}, ms | of its rate |\n| --- | ---: | ---: | ---: |")
    for name in other.version:
        same = name.partition(",")[0]
        if options.names and name not in options.names:
            continue
        turns = [(ours.ask(same, options.seconds), other.ask(name, options.seconds)) for _ in range(options.turns)]
        mine, theirs = (statistics.median(turn[k] for turn in turns) * 1e3 for k in range(2))
        print(f"| {name} | {mine:,.1f} | {theirs:,.1f} | {theirs / mine:.2f} |", flush=True)
    ours.close()
    other.close()


if __name__ == "__main__":
    main()
