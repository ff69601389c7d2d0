"""The worker's life."""

import os
import signal

import numpy as np
import pytest
from keras_backend_cntk import framework
from keras_backend_cntk.link import LINK, Memory, WorkerDied, WorkerError
from keras_core import Variable, gradients, ops, stage

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
