"""Is the quick start the same on two backends?

python examples/quickstart_compare.py record FILE       what this backend does, as a .npz file
python examples/quickstart_compare.py compare A B       initial weights and batch order equal to the
                                                        bit, losses within 1e-3 relative

Backends round sums differently. Where a hidden unit's input lies within that of zero, one of them may see it on
and the other off, and the losses part by about 1e-3; with these digits and this seed none lies so near.
"""

import sys

import numpy as np

EPOCHS, BATCH, SEED = 5, 32, 0
TOLERANCE = 1e-3


def quickstart_record() -> dict[str, np.ndarray]:
    """Initial weights and the loss of each epoch."""
    import keras
    from digits import load_digits

    (x_train, y_train), _ = load_digits()
    keras.utils.set_random_seed(SEED)
    model = keras.Sequential()
    model.add(keras.layers.Dense(units=64, activation="relu", input_dim=784))
    model.add(keras.layers.Dense(units=10, activation="softmax"))
    model.compile(
        loss=keras.losses.categorical_crossentropy,
        optimizer=keras.optimizers.SGD(lr=0.01, momentum=0.9, nesterov=True),
        metrics=["accuracy"],
    )
    initial = {f"weight {i}": value for i, value in enumerate(model.get_weights())}
    history = model.fit(x_train, y_train, epochs=EPOCHS, batch_size=BATCH, verbose=0)
    return {**initial, "losses": np.array(history.history["loss"])}


def batch_order(rows: int = 4000) -> np.ndarray:
    """The order in which `fit` shows the rows of its data: a layer notes the row numbers that pass."""
    import keras

    class Note(keras.layers.Layer):
        """Passes rows on; its weight holds the numbers of all rows that passed, oldest first."""

        def build(self, input_shape):
            self.seen = self.add_weight(shape=(EPOCHS * rows,), initializer="zeros", trainable=False)

        def call(self, inputs):
            passed = keras.ops.concatenate([self.seen, inputs[:, 0]])
            self.seen.assign(passed[-EPOCHS * rows :])
            return inputs

    keras.utils.set_random_seed(SEED)
    numbers = np.arange(rows, dtype=np.float32)[:, None]
    model = keras.Sequential([keras.Input((1,)), Note(), keras.layers.Dense(1)])
    model.compile(loss="mse", optimizer=keras.optimizers.SGD(0.0))
    model.fit(numbers, numbers, epochs=EPOCHS, batch_size=BATCH, verbose=0)
    return np.asarray(model.layers[-2].get_weights()[0])


def record(path: str) -> None:
    """Writes what this backend does."""
    import keras

    found = quickstart_record()
    np.savez(path, backend=keras.config.backend(), order=batch_order(), **found)
    print(f"losses on {keras.config.backend()}: {np.round(found['losses'], 6).tolist()}")


def compare(first: str, second: str) -> None:
    """Says how two records differ; fails where they must not."""
    a, b = np.load(first), np.load(second)
    names = f"{a['backend']} and {b['backend']}"
    problems = []
    for name in [name for name in a.files if name.startswith("weight")] + ["order"]:
        if a[name].tobytes() != b[name].tobytes():
            problems.append(f"{name} differs")
    if not np.array_equal(np.sort(a["order"].reshape(EPOCHS, -1), axis=1)[0], np.arange(4000)):
        problems.append("an epoch does not show every row once")
    apart = np.abs(a["losses"] - b["losses"]) / np.abs(a["losses"])
    print(f"{names}: losses of each epoch differ by {[f'{x:.1e}' for x in apart]} relative")
    if apart.max() > TOLERANCE:
        problems.append(f"losses differ by more than {TOLERANCE}")
    if problems:
        raise SystemExit(f"{names}: " + "; ".join(problems))
    print(f"{names}: initial weights and batch order are equal to the bit")


if __name__ == "__main__":
    if sys.argv[1] == "record":
        record(sys.argv[2])
    else:
        compare(sys.argv[2], sys.argv[3])
