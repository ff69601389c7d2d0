"""One model on every installed backend that trains, in one process: the same losses everywhere.

Then one model is trained a little on each, moved by `to_backend` in between: it learns as if it had stayed.
Run it where two or more backends are installed: python examples/four_backends.py
"""

from __future__ import annotations

import time

import keras
import numpy as np
from keras import layers
from keras_core import backend as backends

EPOCHS = 4
RNG = np.random.default_rng(0)
IMAGES = RNG.normal(size=(512, 12, 12, 1)).astype("float32")
LABELS = (IMAGES[:, :6].mean((1, 2, 3)) > IMAGES[:, 6:].mean((1, 2, 3))).astype("int32")


def make() -> keras.Model:
    """A small convolutional classifier with the script's seed."""
    keras.utils.set_random_seed(1)
    model = keras.Sequential(
        [
            keras.Input((12, 12, 1)),
            layers.Conv2D(8, 3, activation="relu"),
            layers.BatchNormalization(),
            layers.MaxPooling2D(),
            layers.Flatten(),
            layers.Dropout(0.2),
            layers.Dense(32, activation="relu"),
            layers.Dense(2, activation="softmax"),
        ]
    )
    model.compile(keras.optimizers.Adam(0.003), "sparse_categorical_crossentropy", metrics=["accuracy"])
    return model


def train(model: keras.Model, epochs: int) -> list[float]:
    """Losses of some epochs."""
    return model.fit(IMAGES, LABELS, batch_size=64, epochs=epochs, verbose=0).history["loss"]


def show(title: str, losses: list[float], seconds: float) -> None:
    """One line of the table."""
    print(f"{title:<12}" + "".join(f"{loss:10.5f}" for loss in losses) + f"{seconds:9.1f} s", flush=True)


def main() -> dict[str, list[float]]:
    """Print a line for each backend; returns the losses."""
    keras.config.set_rng("portable")  # Dropout draws the same numbers everywhere, too
    found: dict[str, list[float]] = {}
    names = [name for name in backends.available() if backends.spec(name).trains]
    print(f"{'backend':<12}" + "".join(f"   epoch {i + 1}" for i in range(EPOCHS)))
    for name in names:
        start = time.perf_counter()
        with keras.use_backend(name):
            found[name] = train(make(), EPOCHS)
        show(name, found[name], time.perf_counter() - start)

    start = time.perf_counter()
    with keras.use_backend(names[0]):
        model = make()
    moved: list[float] = []
    for epoch in range(EPOCHS):
        model = model.to_backend(names[epoch % len(names)])
        moved += train(model, 1)
    found["moved"] = moved
    show("one moved", moved, time.perf_counter() - start)

    reference = found[names[0]]
    worst = max(abs(a - b) / b for losses in found.values() for a, b in zip(losses, reference, strict=True))
    print(f"largest relative difference from {names[0]}: {worst:.1e}")
    return found


if __name__ == "__main__":
    losses = main()
    first = next(iter(losses.values()))
    if not all(np.allclose(other, first, rtol=1e-3) for other in losses.values()):
        raise SystemExit("The losses differ.")
