"""A job of several processes trains as one process does. `nox -s distributed` tries all models on 2 and 4, and kills.

Covers: keras_core.training.across_processes, keras_core.staging.share
"""

import json
import os
import random
import signal
import socket
import subprocess
import sys
import time

import numpy as np
import pytest
from keras_core import backend as backends
from keras_core import saving
from keras_core.saving.training_file import parts_of

pytestmark = [pytest.mark.slow, pytest.mark.needs_train]

THOROUGH = "KERAS_DISTRIBUTED" in os.environ
SPLIT = ["split attention", "split scaled", "split whole"]
KILLS = int(os.environ.get("KERAS_DISTRIBUTED_KILLS", "0"))

PROGRAM = """
import json, os, sys
import numpy as np
import keras
from keras import layers

name, folder, size = sys.argv[1], sys.argv[2], int(os.environ.get("KERAS_DISTRIBUTION_NUM_PROCESSES", "1"))
if size > 1:
    keras.distribution.initialize(timeout=60)
    spread = keras.distribution.DataParallel()
    if name.startswith("split"):
        shape = (size // 2, 2) if name == "split attention" else (1, size)
        layouts = keras.distribution.LayoutMap(keras.distribution.DeviceMesh(shape, ["batch", "model"]))
        layouts[".*wide/kernel"], layouts[".*last/kernel"] = (None, "model"), ("model", None)
        if name == "split attention":
            layouts[".*attention/(query|key|value)/kernel"] = (None, "model", None)
            layouts[".*attention/attention_output/kernel"] = ("model", None, None)
        spread = keras.distribution.ModelParallel(layout_map=layouts, batch_dim_name="batch")
    keras.distribution.set_distribution(spread)
keras.utils.set_random_seed(1)
draws = np.random.default_rng(0)
x, weight = draws.normal(size=(53, 6, 4)).astype("float32"), draws.uniform(0.5, 2, size=53).astype("float32")
y = (x.sum((1, 2)) > 0).astype("int32")
optimizer = keras.optimizers.SGD(0.05, momentum=0.9)
options = {"batch_size": 10, "epochs": 3, "verbose": 0}
body = [layers.Flatten(), layers.Dense(8, activation="relu")]


class SizeOfRows(layers.Layer):
    def call(self, inputs):
        self.add_loss(0.001 * keras.ops.sum(keras.ops.square(inputs), tuple(range(1, keras.ops.ndim(inputs)))))
        return inputs


loss, metrics, callbacks = "sparse_categorical_crossentropy", ["accuracy"], []
end = [layers.Dense(2, activation="softmax")]
if name == "everything":  # an odd last batch, too: 53 rows in tens, the last of 3
    optimizer = keras.optimizers.SGD(0.05, momentum=0.9, gradient_accumulation_steps=2, clipnorm=1.0)
    body = [layers.Conv1D(5, 3, kernel_regularizer="l2"), layers.BatchNormalization(synchronized=True), layers.ReLU(),
        SizeOfRows(), layers.Flatten(), layers.Dropout(0.3)]
    options |= {"sample_weight": weight, "validation_data": (x[:17], y[:17])}
elif name == "masks":
    x[:, 4:] *= draws.uniform(size=(53, 2, 1)) > 0.5
    body = [layers.Masking(), layers.LSTM(5, return_sequences=True, dropout=0.2)]
    y, end, loss = draws.normal(size=(53, 6, 2)).astype("float32"), [layers.Dense(2)], "mse"
elif name == "transformer":
    inputs = layers.Input((6, 4))
    attended = layers.MultiHeadAttention(2, 4, dropout=0.1)(inputs, inputs)
    body = [keras.Model(inputs, layers.LayerNormalization()(attended + inputs)), layers.GlobalMaxPooling1D()]
    options["class_weight"] = {0: 1.0, 1: 3.0}
elif name == "metrics":
    y, loss, end = y[:, None].astype("float32"), "binary_crossentropy", [layers.Dense(1, activation="sigmoid")]
    metrics = ["AUC", "R2Score", "Precision", keras.metrics.F1Score("macro", 0.5)]
elif name == "split":
    body, end = [layers.Flatten(), layers.Dense(8, "relu", name="wide")], [layers.Dense(2, "softmax", name="last")]
    options |= {"resume": os.path.join(folder, "saved"), "max_time": 600.0}
    callbacks = [keras.callbacks.ModelCheckpoint(os.path.join(folder, "best.keras"), "loss", save_best_only=True)]
elif name == "split attention":
    inputs = layers.Input((6, 4))
    attended = layers.MultiHeadAttention(2, 4, dropout=0.1, name="attention")(inputs, inputs)
    body = [keras.Model(inputs, layers.LayerNormalization()(attended + inputs)), layers.Flatten(),
        layers.Dense(8, "relu", name="wide", kernel_constraint="max_norm")]
    end = [layers.Dense(2, "softmax", name="last", kernel_regularizer="l2")]
    optimizer = keras.optimizers.AdamW(0.01, gradient_accumulation_steps=2, global_clipnorm=0.5, use_ema=True)
elif name == "split scaled":
    body = [layers.Flatten(), layers.Dense(8, "relu", name="wide", kernel_constraint="max_norm")]
    end = [layers.Dense(2, "softmax", name="last")]
    optimizer = keras.optimizers.LossScaleOptimizer(keras.optimizers.Adam(0.01))
elif name == "split whole":  # of which every process updates the whole
    body, end = [layers.Flatten(), layers.Dense(8, "relu", name="wide")], [layers.Dense(2, "softmax", name="last")]
    optimizer = keras.optimizers.LossScaleOptimizer(keras.optimizers.Lamb(0.01))
elif name in ("resumed", "split resumed"):
    if name == "split resumed":
        body, end = [layers.Flatten(), layers.Dense(8, "relu", name="wide")], [layers.Dense(2, "softmax", name="last")]
    options |= {"resume": folder, "batch_size": 5}

    class Told(keras.callbacks.Callback):
        def on_train_batch_end(self, batch, logs=None):
            print("step", flush=True)

    callbacks = [Told(), keras.callbacks.ReduceLROnPlateau("loss", patience=1, min_delta=0.1)]


class Batches(keras.utils.PyDataset):
    def __init__(self, batches):
        super().__init__()
        self.batches = batches

    def __len__(self):
        return len(self.batches)

    def __getitem__(self, index):
        return tuple(np.concatenate(parts) for parts in self.batches[index])


evaluated = [(x, y)]
if name.startswith("parts"):  # two processes have 31 and 22 samples: the last batches have 3 of the second, and none
    optimizer = keras.optimizers.SGD(0.05, momentum=0.9, gradient_accumulation_steps=2)
    body = [layers.Conv1D(5, 3), layers.BatchNormalization(synchronized=True), layers.Flatten(), layers.Dropout(0.3)]
    own = [[(a[k : k + 5], b[k : k + 5], c[k : k + 5]) for k in range(0, len(a), 5)]
        for a, b, c in ((x[:31], y[:31], weight[:31]), (x[31:], y[31:], weight[31:]))]
    together = [list(zip(*[part[k] for part in own if k < len(part)])) for k in range(7)]
    options |= {"shuffle": False, "batch_size": None}
    if size > 1:
        spread.auto_shard_dataset = False
        rank = spread.process_id
        together = [[[leaf] for leaf in batch] for batch in own[rank]]
        evaluated = [(x[:31], y[:31]), (x[31:], y[31:])][rank : rank + 1]
    given = [Batches(together)]
    if size > 1 and name == "parts of arrays":
        given = [np.concatenate([batch[k] for batch in own[rank]]) for k in range(3)]
        options |= {"sample_weight": given.pop(), "batch_size": 10}
else:
    given = [x, y]
model = keras.Sequential([layers.Input((6, 4)), *body, *end])
model.compile(optimizer, loss, metrics=metrics)
callbacks += [keras.callbacks.CSVLogger(os.path.join(folder, name + ".csv"))] if os.path.isdir(folder) else []
history = model.fit(*given, callbacks=callbacks, **options).history
found = {name: np.asarray(values, "float64").tolist() for name, values in history.items()}
found["weights"] = [float(np.abs(value).sum()) for value in model.get_weights()]
found["evaluated"] = np.asarray(model.evaluate(*evaluated[0], verbose=0)).tolist()
found["predicted"] = model.predict(x, batch_size=8, verbose=0).tolist()
print("found", json.dumps(found), flush=True)
"""


def job_of(size):
    """The environment of a job's processes."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
    return {
        "KERAS_DISTRIBUTION_JOB_ADDRESSES": f"127.0.0.1:{port}",
        "KERAS_DISTRIBUTION_NUM_PROCESSES": str(size),
        "OMP_NUM_THREADS": "1",
        "TORCH_CPP_LOG_LEVEL": "FATAL",
    }


def start(name, folder, size):
    """The processes of a job, one a core at most."""
    job = job_of(size)
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    command = [sys.executable, "-c", PROGRAM, name, str(folder)]
    return [
        subprocess.Popen(command, env={**os.environ, **job, "KERAS_DISTRIBUTION_PROCESS_ID": str(rank)}, **pipes)
        for rank in range(size)
    ]


def ended(processes):
    """What each process has found."""
    found = []
    try:
        for process in processes:
            out, errors = process.communicate(timeout=240)
            assert process.returncode == 0, errors[-3000:]
            found.append(json.loads(out.splitlines()[-1].removeprefix("found ")))
    finally:
        for process in processes:
            process.kill()
    return found


@pytest.fixture(scope="module")
def of_one(tmp_path_factory):
    """What one process finds, by the name of the model."""
    found = {}

    def find(name):
        if name not in found:
            (found[name],) = ended(start(name, tmp_path_factory.mktemp("one"), 1))
        return found[name]

    return find


@pytest.fixture(autouse=True)
def _of_a_backend_with_an_engine():
    if "distributes" not in backends.active().capabilities:
        pytest.skip("The backend has no engine for several processes.")


def assert_same(found, expected, name):
    assert found.keys() == expected.keys()
    for what, values in expected.items():
        message = f"{what} of {name}"
        np.testing.assert_allclose(found[what], values, rtol=2e-4, atol=2e-5, err_msg=message)


@pytest.mark.timeout(600)
@pytest.mark.parametrize("size", [2, 4] if THOROUGH else [2])
@pytest.mark.parametrize(
    "name", ["everything", "masks", "transformer", "metrics", *SPLIT] if THOROUGH else ["everything"]
)
def test_a_job_has_the_curve_of_one_process(name, size, of_one, tmp_path):
    for found in ended(start(name, tmp_path, size)):
        assert_same(found, of_one(name), name)
    lines = (tmp_path / f"{name}.csv").read_text().splitlines()
    assert [line.partition(",")[0] for line in lines] == ["epoch", "0", "1", "2"]  # written once


@pytest.mark.timeout(600)
@pytest.mark.parametrize("name", ["parts of arrays", "parts"] if THOROUGH else ["parts of arrays"])
def test_each_process_has_its_part_of_the_data(name, of_one, tmp_path):
    for found in ended(start(name, tmp_path, 2)):
        assert_same(found, of_one(name), name)


@pytest.mark.timeout(300)
def test_weights_that_processes_have_parts_of_are_saved_by_all_of_them(of_one, tmp_path):
    for found in ended(start("split", tmp_path, 2)):
        assert_same(found, of_one("split"), "split")
    weights = saving.load_model(tmp_path / "best.keras").get_weights()
    np.testing.assert_allclose([np.abs(value).sum() for value in weights], of_one("split")["weights"], rtol=2e-4)
    names = parts_of(tmp_path / "saved" / "training.h5")
    assert len(names) == 2
    assert {path.name for path in (tmp_path / "saved").iterdir()} == {"training.h5", *names}


@pytest.mark.skipif(not THOROUGH, reason="run by nox -s distributed")
@pytest.mark.timeout(1200)
@pytest.mark.parametrize(
    ("name", "size"), [*(("resumed", size) for size in (1, 2, 3)), *(("split resumed", size) for size in (1, 2, 4))]
)
def test_a_job_goes_on_with_another_number_of_processes(name, size, of_one, tmp_path):
    processes = start(name, tmp_path, 2)
    steps = 0
    while steps < 15:  # eleven an epoch
        line = processes[0].stdout.readline()
        assert line, processes[0].communicate()[1][-3000:]
        steps += line == "step\n"  # JAX prints lines of its own
    for process in processes:
        process.kill()
        process.communicate()
    assert (tmp_path / "training.h5").exists()
    if name == "split resumed":
        assert len(parts_of(tmp_path / "training.h5")) == 2
    for found in ended(start(name, tmp_path, size)):
        for what in ("weights", "evaluated", "predicted"):
            np.testing.assert_allclose(found[what], of_one(name)[what], rtol=2e-4, atol=2e-5)


FORKING = """
import importlib, json, os, sys, time

import keras, keras.layers, keras.optimizers, keras.callbacks

if os.environ["KERAS_BACKEND"] == "torch":
    importlib.import_module("keras_backend_torch.backend")
program = compile(sys.argv[1], "program", "exec")
for line in sys.stdin:
    order = json.loads(line)
    if "wait" in order:
        print(os.waitstatus_to_exitcode(os.waitpid(order["wait"], 0)[1]), flush=True)
        continue
    process = os.fork()
    if process:
        print(process, flush=True)
        continue
    for number, path in ((1, order["out"]), (2, order["errors"])):
        os.dup2(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC), number)
    os.environ.update(order["environment"])
    sys.argv = ["program", *order["arguments"]]
    code = 0
    try:
        exec(program, {"__name__": "__main__"})
    except BaseException:
        import traceback

        traceback.print_exc()
        code = 1
    try:
        import atexit

        atexit._run_exitfuncs()
    finally:
        sys.stderr.flush()
        os._exit(code)
"""


class Forks:
    """Begins processes that have imported the framework already, by forking one that has."""

    def __init__(self):
        command = [sys.executable, "-c", FORKING, PROGRAM]
        environment = {**os.environ, "OMP_NUM_THREADS": "1", "TORCH_CPP_LOG_LEVEL": "FATAL"}
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
        self._parent = subprocess.Popen(command, env=environment, **pipes)

    def close(self):
        self._parent.kill()
        self._parent.communicate()

    def _ask(self, order):
        self._parent.stdin.write(json.dumps(order) + "\n")
        self._parent.stdin.flush()
        return int(self._parent.stdout.readline())

    def start(self, name, folder, size):
        folder.mkdir()
        job = job_of(size)
        for rank in range(size):
            out, errors = str(folder / f"out{rank}"), str(folder / f"errors{rank}")
            environment = {**job, "KERAS_DISTRIBUTION_PROCESS_ID": str(rank)}
            order = {"out": out, "errors": errors, "environment": environment, "arguments": [name, str(folder)]}
            yield self._ask(order), folder / f"out{rank}", folder / f"errors{rank}"

    def end_of(self, process):
        return self._ask({"wait": process})


@pytest.fixture(scope="module")
def forks():
    made = Forks()
    yield made
    made.close()


def wait_until(condition, seconds=120):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.005)


@pytest.mark.skipif(not KILLS, reason="run by nox -s distributed")
@pytest.mark.timeout(120 + 120 * KILLS)
def test_the_others_end_and_name_the_rank_that_was_killed(tmp_path, forks):
    moments = random.Random(0)
    for number in range(KILLS):
        processes = list(forks.start("resumed", tmp_path / str(number), 3))
        killed = number % 3
        process, out, _ = processes[killed]
        steps = moments.randint(1, 25)
        wait_until(lambda out=out, steps=steps: out.exists() and out.read_text().count("step\n") >= steps)
        time.sleep(moments.uniform(0, 0.02))
        os.kill(process, signal.SIGKILL)
        since = time.monotonic()
        for rank, (process, _, errors) in enumerate(processes):
            code, text = forks.end_of(process), errors.read_text()
            if rank != killed:
                assert code != 0
                named = f"Rank {killed} of 3 on {socket.gethostname()}", "lost the connection to rank 0"
                assert named[killed == 0] in text or named[0] in text, (number, rank, text[-2000:])
        assert time.monotonic() - since < 90
