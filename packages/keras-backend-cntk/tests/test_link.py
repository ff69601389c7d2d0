"""The worker's life."""

import os
import signal

import numpy as np
import pytest
from keras_backend_cntk import framework
from keras_backend_cntk.link import LINK, Memory, Worker, WorkerDied, WorkerError
from keras_conformance import Affine, Descent
from keras_core import Input, Sequential, Variable, gradients, ops, stage
from keras_core.callbacks import Callback

X = np.ones((4, 3), "float32")


def test_memory_is_shared_by_its_file():
    memory = Memory(100)
    place = (8, [2, 3], "float32")
    memory.array(place)[...] = 7
    with open(memory.path, "rb") as file:
        assert np.frombuffer(file.read(), "float32", 6, 8).tolist() == [7] * 6
    memory.unlink()
    assert not os.path.exists(memory.path) and memory.array(place)[1, 2] == 7
    memory.unlink()


def test_a_worker_that_dies_leaves_the_last_whole_step(worker):
    w = Variable(np.ones((3, 1), "float32"))

    def step(x):
        loss, (slope,) = gradients(lambda: ops.mean(ops.matmul(x, w)), [w])
        w.assign(w - 0.5 * slope)
        return loss

    program = stage(step, [w])
    program(X)
    kept = w.numpy()
    os.kill(LINK.worker().process.pid, signal.SIGSTOP)  # in the middle of the next call
    import threading

    threading.Timer(0.2, os.kill, (LINK.worker().process.pid, signal.SIGKILL)).start()
    with pytest.raises(WorkerDied, match=r"has ended .* variables are as they were"):
        program(X)
    np.testing.assert_array_equal(w.numpy(), kept)
    assert float(program(X)) == pytest.approx(float((X @ kept).mean()))
    np.testing.assert_allclose(w.numpy(), kept - 0.5, rtol=1e-6)


def test_a_model_goes_on_after_its_worker_has_died(worker):
    x = np.random.default_rng(0).normal(size=(40, 3)).astype("float32")
    model = Sequential([Input((3,)), Affine(2)])
    model.compile(Descent(0.1), "mse")
    kept = []

    class Kill(Callback):
        def on_train_batch_begin(self, batch, logs=None):
            if batch == 3:
                kept.extend(model.get_weights())
                process = LINK.worker().process
                process.kill()

    with pytest.raises(WorkerDied):
        model.fit(x, x[:, :2], batch_size=8, verbose=0, callbacks=[Kill()])
    for have, want in zip(model.get_weights(), kept, strict=True):
        np.testing.assert_array_equal(have, want)
    np.testing.assert_allclose(model.predict(x, verbose=0), x @ kept[0] + kept[1], rtol=1e-5, atol=1e-6)
    assert model.fit(x, x[:, :2], batch_size=8, verbose=0).history["loss"][0] > 0


def test_one_that_does_not_start_says_so(monkeypatch, tmp_path):
    monkeypatch.setenv(framework.FOLDER, str(tmp_path))
    (tmp_path / "env" / framework.SITE / "cntk" / "libs").mkdir(parents=True)
    python = framework.worker_python()
    python.parent.mkdir()
    python.write_text("#!/bin/sh\necho libmpi.so.12 is not here\nexit 3\n")
    python.chmod(0o755)
    with pytest.raises(WorkerDied, match=r"did not start \(exit code 3\); .* doctor` .*words: libmpi.so.12 is not"):
        Worker()


def test_what_the_worker_cannot_do_is_said_and_it_lives_on(worker):
    with pytest.raises(WorkerError, match="99999"):
        LINK.ask({"do": "run", "program": 99999, "phase": 0})
    assert LINK.ask({"do": "hello", "version": 1})["cntk"] == "2.7"


def test_programs_that_are_gone_are_dropped(worker):
    program = stage(lambda x: ops.exp(x), [])
    program(X)
    del program
    import gc

    gc.collect()
    assert LINK._dropped
    LINK.ask({"do": "hello", "version": 1})
    assert not LINK._dropped


def test_without_cntk_the_error_says_what_to_run(monkeypatch, tmp_path):
    monkeypatch.setenv(framework.FOLDER, str(tmp_path))
    with pytest.raises(framework.NotSetUp, match="-m keras_backend_cntk setup"):
        framework.worker_environment()
