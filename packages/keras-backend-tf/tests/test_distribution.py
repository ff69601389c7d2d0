"""Several processes. What two of them train is in tests/cross/test_several_processes.py.

Covers: compiler/seen.py
"""

import json
import os
from types import SimpleNamespace

import numpy as np
import pytest
import tensorflow as tf
from keras_backend_tf.backend import BACKEND
from keras_backend_tf.compiler.seen import note_reduction, noted
from keras_backend_tf.compiler.xla import may_compile
from keras_backend_tf.distribution import all_devices, buckets
from keras_conformance import run_job
from keras_core.backend import Distributes

PROGRAM = """
import json, os, sys
from keras_backend_tf.backend import BACKEND
import tensorflow as tf

rank, size, port, task = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3], sys.argv[4]
try:
    if task == "begun":
        tf.ones(2)
    BACKEND.join(f"127.0.0.1:{port}", size, rank, 20.0)
    if task == "reduce":
        @tf.function(autograph=False)
        def step(w, big):
            with tf.GradientTape() as tape:
                tape.watch(w)
                first, second = BACKEND.reduce([w, big], "sum")
                loss = tf.reduce_sum(first * tf.constant([1.0, 10.0 * rank]))
            return first, second, tape.gradient(loss, w)

        @tf.function(autograph=False, input_signature=[tf.TensorSpec([None], tf.int64)])
        def of_any_size(x):
            return tf.while_loop(lambda k, x: k < 2, lambda k, x: (k + 1, BACKEND.reduce([x], "sum")[0]), (0, x))[1]

        first, second, gradient = step(tf.constant([1.0 + rank, 2.0]), tf.fill([300_000], float(rank)))
        mean = BACKEND.reduce([tf.constant(float(rank))], "mean")[0]
        most = BACKEND.reduce([tf.constant([rank, 5 - rank])], "max")[0]
        small = BACKEND.reduce([tf.constant([[200 + rank]], tf.uint8)], "sum")[0]
        twice = [of_any_size(tf.ones(n, tf.int64)).numpy().tolist() for n in (1, 3)]
        said = [one.decode() for one in BACKEND.exchange(f"I am {rank}".encode())]
        found = [first, tf.reduce_sum(second), gradient, mean, most, small]
        print(json.dumps([*(one.numpy().tolist() for one in found), twice, said, BACKEND.all_devices("cpu"),
            BACKEND.devices()]), flush=True)
    elif task == "ends" and rank == 1:
        BACKEND.exchange(b"here")
        os._exit(3)
    elif task == "ends":
        BACKEND.exchange(b"here")
        BACKEND.reduce([tf.ones(3)], "sum")
    elif task == "differs":
        BACKEND.reduce([tf.ones(3 + rank)], "sum")
except RuntimeError as error:
    print("error:", error, flush=True)
"""

thorough = pytest.mark.skipif("KERAS_DISTRIBUTED" not in os.environ, reason="run by nox -s distributed")


def run(task, fails=True, **job):
    """What the processes of a job print."""
    return run_job(PROGRAM, task, fails=fails, **job)


def test_reductions_their_gradients_and_what_processes_say():
    for text in run("reduce", fails=False):
        first, second, gradient, mean, most, small, twice, said, devices, own = json.loads(text)
        assert first == [3.0, 4.0]
        assert second == 300_000
        assert gradient == [2.0, 10.0]  # of the losses of both, the second of which counts 10 rows
        assert (mean, most) == (0.5, [1, 5])
        assert small == [[(200 + 201) % 256]]
        assert twice == [[4], [4, 4, 4]]  # of a size that is known when it runs, and in a loop
        assert said == ["I am 0", "I am 1"]
        assert devices == ["cpu:0", "cpu:1"]
        assert "cpu:0" in own and "cpu:1" not in own


def test_a_process_that_ends_is_named():
    first, _ = run("ends")
    assert first.startswith("error: Rank 1 of 2 on ")
    assert "the process has ended. Rank 0 ends, too" in first


@thorough
def test_processes_that_reduce_other_tensors():
    for text in run("differs"):
        assert "do not reduce the same tensors" in text and "hape mismatch" in text


@thorough
def test_joining_after_tensorflow_has_begun():
    found = run("begun")
    assert all("has computed with TensorFlow already: call initialize() before" in text for text in found)


def test_alone_everything_stays_as_it_is():
    one = tf.ones(2)
    assert isinstance(BACKEND, Distributes) and not BACKEND.shares_programs
    assert BACKEND.reduce([one], "sum")[0] is one
    assert BACKEND.exchange(b"me") == [b"me"]
    assert (BACKEND.rank(), BACKEND.size()) == (0, 1)
    assert all_devices("cpu")[0] == "cpu:0"
    assert all_devices("tpu") == []
    np.testing.assert_array_equal(BACKEND.gather(one), [1, 1])


def test_what_is_reduced_together_begins_with_the_last_and_is_of_one_dtype():
    small = [tf.ones(4), tf.ones(4, tf.float64), tf.ones(4)]
    assert buckets(small) == [[2, 0], [1]]
    large = [SimpleNamespace(shape=(2**22,), dtype=tf.float32) for _ in range(3)]
    assert buckets(large) == [[2, 1], [0]]


def test_programs_that_reduce_are_not_compiled_by_xla(caplog):
    with noted() as seen:
        assert may_compile(True, seen) and may_compile(None, seen) is None
        note_reduction()
    assert may_compile(None, seen) is False and not caplog.messages
    assert may_compile(True, seen) is False
    assert "XLA compiles no programs that reduce over processes" in caplog.messages[0]
