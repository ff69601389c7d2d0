"""Dense layers in 8 and 4 bits beside float32: time of a call, memory, and accuracy on the digits.

    KERAS_BACKEND=jax python benchmarks/quantization.py [--part speed|accuracy]

Times are of the processor, of one thread, interleaved; medians. OMP_NUM_THREADS, OPENBLAS_NUM_THREADS and, for XLA,
--xla_cpu_multi_thread_eigen=false in XLA_FLAGS make it one thread.
"""

from __future__ import annotations

import argparse
import os
import statistics
import time
from typing import Any

import keras
import numpy as np

SIZE = 2048
REPEATS = 60
MODES = (None, "int8", "int4")


def dense(mode: str | None) -> Any:
    """A model of one layer, quantized."""
    keras.utils.set_random_seed(1)
    model = keras.Sequential([keras.Input((SIZE,)), keras.layers.Dense(SIZE)])
    if mode:
        model.quantize(mode)
    return model


def speed() -> None:
    """Milliseconds of the processor for a call, by mode and batch, and bytes of the weights."""
    models = {mode: dense(mode) for mode in MODES}
    print("| mode | MB | " + " | ".join(f"batch {rows}: ms | times float32" for rows in (1, 32)) + " |")
    print("| --- " * 6 + "|")
    cells: dict[str | None, list[str]] = {
        mode: [f"{sum(one.nbytes for one in model.weights) / 1e6:.1f}"] for mode, model in models.items()
    }
    for rows in (1, 32):
        x = keras.ops.convert_to_tensor(np.random.default_rng(0).normal(size=(rows, SIZE)).astype("float32"))
        times: dict[str | None, list[float]] = {mode: [] for mode in models}
        for turn in range(REPEATS + 5):
            for mode, model in models.items():
                model(x)  # which leaves caches as they are where one model is called again and again
                begun = time.process_time()
                keras.ops.convert_to_numpy(model(x))
                if turn >= 5:
                    times[mode].append(1e3 * (time.process_time() - begun))
        for mode, taken in times.items():
            ratio = statistics.median(taken) / statistics.median(times[None])
            cells[mode] += [f"{statistics.median(taken):.2f}", f"{ratio:.2f}"]
    for mode, row in cells.items():
        print(f"| {mode or 'float32'} | {' | '.join(row)} |")


def convnet() -> Any:
    """Two convolutions and two dense layers."""
    layers = keras.layers
    return keras.Sequential(
        [
            keras.Input((8, 8, 1)),
            layers.Conv2D(16, 3, activation="relu", padding="same"),
            layers.MaxPooling2D(),
            layers.Conv2D(32, 3, activation="relu", padding="same"),
            layers.Flatten(),
            layers.Dense(64, activation="relu"),
            layers.Dense(10),
        ]
    )


def transformer() -> Any:
    """Rows of a picture as a sequence: an attention and two dense layers, with a connection past each."""
    layers = keras.layers
    given = keras.Input((8, 8, 1))
    x = layers.Dense(32)(layers.Reshape((8, 8))(given))
    x = layers.LayerNormalization()(x + layers.MultiHeadAttention(4, 8)(x, x))
    x = layers.LayerNormalization()(x + layers.Dense(32)(layers.Dense(64, activation="relu")(x)))
    return keras.Model(given, layers.Dense(10)(layers.Flatten()(x)))


def accuracy() -> None:
    """Accuracy on the digits that were not trained on, in per cent."""
    (x, y), (x_test, y_test) = keras.datasets.digits.load_data()
    x, x_test = (part.reshape(-1, 8, 8, 1).astype("float32") / 16 for part in (x, x_test))
    print("| model | float32 | int8 | int4 | int4, groups of 32 |")
    print("| --- " * 5 + "|")
    for make in (convnet, transformer):
        keras.utils.set_random_seed(2)
        trained = make()
        loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
        trained.compile(keras.optimizers.Adam(2e-3), loss)
        trained.fit(x, y, epochs=25, batch_size=32, verbose=0)
        found = []
        fine = keras.quantizers.Int4QuantizationConfig(block_size=32)
        for mode, config in ((None, None), ("int8", None), ("int4", None), ("int4", fine)):
            model = make()
            model.set_weights(trained.get_weights())
            if mode:
                model.quantize(mode, config=config)
            found.append(100 * np.mean(model.predict(x_test, verbose=0).argmax(-1) == y_test))
        print(f"| {make.__name__} | {' | '.join(f'{one:.2f}' for one in found)} |")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--part", choices=("speed", "accuracy"))
    part = parser.parse_args().part
    print(f"{keras.config.backend()}, load {os.getloadavg()[0]:.1f}\n")
    if part != "accuracy":
        speed()
        print()
    if part != "speed":
        accuracy()
