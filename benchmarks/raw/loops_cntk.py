"""CNTK's own training loop, for CPython 3.6: `loops_cntk.py MODEL BATCH STEPS` prints milliseconds a step, and those
of processors.

It is run by the interpreter that `python -m keras_backend_cntk setup` has set up, see benchmarks/beside_cntk.py.
"""

import sys
import time
import warnings

import numpy as np

warnings.simplefilter("ignore")
import cntk as C  # noqa: E402


def small():
    x = C.input_variable(100)
    return x, C.layers.Sequential([C.layers.Dense(64, activation=C.relu), C.layers.Dense(10)])(x)


def convnet():
    x = C.input_variable((1, 28, 28))
    layers = [
        C.layers.Convolution((3, 3), 32, activation=C.relu),
        C.layers.Convolution((3, 3), 64, activation=C.relu),
        C.layers.MaxPooling((2, 2), (2, 2)),
        C.layers.Dropout(0.25),
        C.layers.Dense(128, activation=C.relu),
        C.layers.Dropout(0.5),
        C.layers.Dense(10),
    ]
    return x, C.layers.Sequential(layers)(x)


def main(name, batch, steps):
    C.device.try_set_default_device(C.cpu())
    x, scores = {"small": small, "convnet": convnet}[name]()
    y = C.input_variable(10)
    loss, wrong = C.cross_entropy_with_softmax(scores, y), C.classification_error(scores, y)
    rate = C.learning_parameter_schedule(0.001)
    trainer = C.Trainer(scores, (loss, wrong), [C.adam(scores.parameters, rate, C.momentum_schedule(0.9))])
    random = np.random.RandomState(0)
    xs = random.rand(batch * steps, *x.shape).astype("float32")
    ys = np.eye(10, dtype="float32")[random.randint(0, 10, batch * steps)]
    for _ in range(2):  # the first builds the network
        start, busy = time.time(), time.process_time()
        for step in range(steps):
            rows = slice(step * batch, (step + 1) * batch)
            trainer.train_minibatch({x: xs[rows], y: ys[rows]})
    print((time.time() - start) / steps * 1e3, (time.process_time() - busy) / steps * 1e3)


main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
