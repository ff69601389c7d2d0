"""Scripts of Keras 2 seed NumPy, and nothing else."""

import subprocess
import sys

PROGRAM = """
import numpy as np

np.random.seed(1337)

from keras.layers import Dense, Dropout
from keras.models import Sequential


def curve():
    x = np.random.rand(40, 4).astype("float32")
    y = x.sum(1, keepdims=True)
    model = Sequential([Dense(8, activation="relu", input_dim=4), Dropout(0.3), Dense(1)])
    model.compile("sgd", "mse")
    return model.fit(x, y, batch_size=8, epochs=2, verbose=0).history["loss"]


first, second = curve(), curve()
print(first, first != second)
"""


def test_every_run_gives_the_same_curve():
    command = [sys.executable, "-c", PROGRAM]
    runs = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(2)]
    (one, _), (other, _) = [run.communicate(timeout=240) for run in runs]
    assert one == other and one.endswith("True\n")
