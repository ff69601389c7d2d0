"""A process that trains is killed at some moment and started again: it ends with the weights of one that was not.

`nox -s kills` kills it at 50 moments on every backend.

Covers: keras_core.training.resuming, keras_core.callbacks.backup_and_restore
"""

import os
import random
import subprocess
import sys
import time

import pytest

MOMENTS = int(os.environ.get("KERAS_KILLS", "1"))
STEPS = 5 * 12

PROGRAM = """
import hashlib, sys
import numpy as np
import keras
from keras.callbacks import BackupAndRestore, Callback, ReduceLROnPlateau

class Told(Callback):
    def on_train_batch_end(self, batch, logs=None):
        print("step", flush=True)

keras.utils.set_random_seed(int(sys.argv[2]))
x = np.random.default_rng(0).normal(size=(150, 12)).astype("float32")
y = (x[:, :1] > 0).astype("float32")
model = keras.Sequential([keras.Input((12,)), keras.layers.Dense(16, activation="relu"),
    keras.layers.BatchNormalization(), keras.layers.Dropout(0.3), keras.layers.Dense(1, activation="sigmoid")])
model.compile(keras.optimizers.Adam(0.01), "binary_crossentropy", metrics=["accuracy"])
callbacks = [BackupAndRestore(sys.argv[1], save_freq=1, delete_checkpoint=False), Told(),
    ReduceLROnPlateau("loss", patience=1, min_delta=0.1)]
history = model.fit(x, y, batch_size=10, epochs=5, validation_split=0.2, callbacks=callbacks, verbose=0)
digest = hashlib.sha256(repr(sorted(history.history.items())).encode())
for value in [*model.get_weights(), *(v.numpy() for v in model.optimizer.variables)]:
    digest.update(value.tobytes())
print("ended", digest.hexdigest(), flush=True)
"""


def start(folder, seed):
    command = [sys.executable, "-c", PROGRAM, str(folder), str(seed)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


def ended(process):
    """The digest that a process ends with."""
    with process:
        lines = process.stdout.read().splitlines()
    assert process.returncode == 0
    return lines[-1].removeprefix("ended ")


@pytest.mark.slow
@pytest.mark.timeout(120 + 120 * MOMENTS)
def test_it_ends_with_the_same_weights(tmp_path, needs_train):
    whole = ended(start(tmp_path / "whole", seed=1))
    moments = random.Random(0)
    killed = 0
    for number in range(MOMENTS):
        folder = tmp_path / str(number)
        with start(folder, seed=1) as process:
            for _ in range(moments.randint(1, STEPS - 8)):
                assert process.stdout.readline() == "step\n"
            time.sleep(moments.uniform(0, 0.02))  # somewhere in a step, or while it saves
            killed += process.poll() is None
            process.kill()
        # A first step that was not saved is not known to the next process, which begins anew then.
        again = ended(start(folder, seed=2 if (folder / "training.h5").exists() else 1))
        assert again == whole, f"killed at moment {number}"
    assert killed  # others may have been through before the signal came, on a busy machine
