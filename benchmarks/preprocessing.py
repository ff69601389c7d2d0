"""Measure Keras 2's preprocessing beside upstream's: the same data, in turns, a process for each side.

    python benchmarks/preprocessing.py --upstream /path/to/venv/bin/python

The other Python has Keras 3.15.1 with SciPy and Pillow, whose `keras.src.legacy.preprocessing` is Keras 2's. A figure
is the median of the turns' medians; with `--clock cpu --cores 1` of the time that the processes got of one core. The
last lines say how many cores `image_dataset_from_directory` keeps busy: CPU time by time passed, of both sides.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sides import CLOCKS, Side, measured

if TYPE_CHECKING:
    from collections.abc import Callable

_PICTURES = 64
_FILES = 200
_TEXTS = 2000
#: Arguments of ImageDataGenerator.
GENERATORS: dict[str, dict[str, Any]] = {
    "nothing": {},
    "rescale and flip": {"rescale": 1 / 255, "horizontal_flip": True},
    "standardized": {"featurewise_center": True, "featurewise_std_normalization": True},
    "whitened": {"zca_whitening": True},
    "rotation": {"rotation_range": 20},
    "shift": {"width_shift_range": 0.1, "height_shift_range": 0.1},
    "zoom and shear": {"zoom_range": 0.2, "shear_range": 10},
    "channel shift": {"channel_shift_range": 20},
    "brightness": {"brightness_range": (0.8, 1.2)},
    "all moves": {
        "rotation_range": 20,
        "width_shift_range": 0.1,
        "height_shift_range": 0.1,
        "shear_range": 10,
        "zoom_range": 0.2,
        "horizontal_flip": True,
    },
}
NAMES = (
    *(f"ImageDataGenerator, {name}" for name in GENERATORS),
    "pad_sequences",
    "pad_sequences, cut",
    "Tokenizer.fit_on_texts",
    "Tokenizer.texts_to_sequences",
    "Tokenizer.texts_to_matrix",
)


def _texts() -> list[str]:
    pick = random.Random(0)
    words = ["".join(pick.choices("abcdefghijklmnopqrstuvwxyz", k=pick.randint(2, 9))) for _ in range(5000)]
    return [" ".join(pick.choices(words, k=pick.randint(20, 200))).capitalize() + "." for _ in range(_TEXTS)]


def _image_data_generator() -> Any:
    try:
        from keras.src.legacy.preprocessing.image import ImageDataGenerator
    except ImportError:
        from keras.preprocessing.image import ImageDataGenerator
    return ImageDataGenerator


def _tokenizer() -> Any:
    try:
        from keras.src.legacy.preprocessing.text import Tokenizer
    except ImportError:
        from keras.preprocessing.text import Tokenizer
    return Tokenizer


def function_of(name: str, side: int) -> Callable[[], Any]:
    """What is measured."""
    import keras
    import numpy as np

    rng = np.random.default_rng(0)
    if name.startswith("ImageDataGenerator"):
        x = rng.integers(0, 256, (_PICTURES, side, side, 3)).astype("float32")
        maker = _image_data_generator()(**GENERATORS[name.partition(", ")[2]])
        if any(key.startswith(("featurewise", "zca")) for key in GENERATORS[name.partition(", ")[2]]):
            maker.fit(x[:, :24, :24])
            x = x[:, :24, :24]
        batches = maker.flow(x, batch_size=_PICTURES, shuffle=False, seed=1)
        return lambda: next(batches)
    if name.startswith("pad_sequences"):
        rows = [rng.integers(0, 1000, n).tolist() for n in rng.integers(10, 400, 2000)]
        limit = {"maxlen": 100} if name.endswith("cut") else {}
        return lambda: keras.utils.pad_sequences(rows, **limit)
    texts, kind = _texts(), _tokenizer()
    if name.endswith("fit_on_texts"):
        return lambda: kind().fit_on_texts(texts)
    tokenizer = kind(num_words=2000)
    tokenizer.fit_on_texts(texts)
    if name.endswith("sequences"):
        return lambda: tokenizer.texts_to_sequences(texts)
    return lambda: tokenizer.texts_to_matrix(texts, mode="count")


def busy_cores(folder: str) -> list[float]:
    """Cores that decoding the pictures of a folder keeps busy, and pictures a second."""
    import keras

    data = keras.utils.image_dataset_from_directory(
        folder, image_size=(128, 128), batch_size=32, shuffle=False, verbose=False
    )
    for _ in data:
        pass
    begin = time.perf_counter(), time.process_time()
    for _ in range(3):
        for _ in data:
            pass
    passed, used = time.perf_counter() - begin[0], time.process_time() - begin[1]
    return [used / passed, 3 * _FILES / passed, 3 * _FILES / used]


def work(side: int, cores: int, clock: Callable[[], float]) -> None:
    """Answer each line that names something with seconds a call, by JSON."""
    if cores:
        os.sched_setaffinity(0, set(range(cores)))
    import keras

    print(json.dumps(keras.__version__), flush=True)
    known: dict[str, Any] = {}
    for line in sys.stdin:
        name, budget = json.loads(line)
        try:
            if name.startswith("folder "):
                print(json.dumps(busy_cores(name.partition(" ")[2])), flush=True)
                continue
            if name not in known:
                known[name] = function_of(name, side)
                known[name]()

            def once(function: Any = known[name]) -> float:
                begin = clock()
                function()
                return clock() - begin

            print(json.dumps(measured(once, budget)), flush=True)
        except Exception as error:  # the others go on
            print(json.dumps(f"{type(error).__name__}: {str(error)[:200]}"), flush=True)


def _folder_of_pictures(folder: str) -> None:
    import numpy as np
    from PIL import Image

    rng = np.random.default_rng(0)
    for number in range(_FILES):
        place = Path(folder, "ab"[number % 2])
        place.mkdir(exist_ok=True)
        coarse = Image.fromarray(rng.integers(0, 256, (32, 32, 3)).astype("uint8"))
        coarse.resize((500, 375)).save(place / f"{number}.jpg", quality=90)


def main() -> None:
    """Measure, and print a table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--work", nargs=3, metavar=("SIDE", "CORES", "CLOCK"), help="be a process of one side")
    parser.add_argument("--upstream", help="a Python that has upstream Keras")
    parser.add_argument("--backend", default="tensorflow")
    parser.add_argument("--names", nargs="+", choices=NAMES, default=NAMES)
    parser.add_argument("--turns", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=0.3, help="for each turn")
    parser.add_argument("--side", type=int, default=96, help="height and width of pictures")
    parser.add_argument("--cores", type=int, default=0, help="how many cores a process gets; 0 are all")
    parser.add_argument("--clock", default="wall", choices=CLOCKS, help="time that passes, or that the process gets")
    options = parser.parse_args()
    if options.work:
        side, cores, clock = options.work
        work(int(side), int(cores), CLOCKS[clock])
        return
    if not options.upstream:
        parser.error("--upstream is needed: a Python that has upstream Keras")
    arguments = [str(options.side), str(options.cores), options.clock]
    ours = Side(__file__, sys.executable, options.backend, arguments, True)
    other = Side(__file__, options.upstream, options.backend, arguments, False)
    print("| what | ours, ms | upstream, ms | times as fast |\n| --- | ---: | ---: | ---: |")
    for name in options.names:
        turns = [[one.ask(name, options.seconds) for one in (ours, other)] for _ in range(options.turns)]
        if any(isinstance(one, str) for one in turns[0]):
            print(f"| {name} | {turns[0][0]} | {turns[0][1]} | |", flush=True)
            continue
        mine, theirs = (statistics.median(turn[k] for turn in turns) * 1e3 for k in range(2))
        print(f"| {name} | {mine:.2f} | {theirs:.2f} | {theirs / mine:.1f} |", flush=True)
    if not options.cores:
        with tempfile.TemporaryDirectory() as folder:
            _folder_of_pictures(folder)
            for who, one in (("ours", ours), ("upstream", other)):
                found = one.ask(f"folder {folder}", 0)
                busy, rate, each = found if isinstance(found, list) else (0, 0, 0)
                print(
                    f"image_dataset_from_directory, {who}: {busy:.2f} cores busy, {rate:.0f} pictures a second, "
                    f"{each:.0f} a second of CPU time {'' if isinstance(found, list) else found}"
                )
    for one in (ours, other):
        one.close()


if __name__ == "__main__":
    main()
