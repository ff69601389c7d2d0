"""Several processes. What two of them train is in tests/cross/test_several_processes.py."""

import json
import os
import subprocess
import sys
import time
from types import SimpleNamespace

import numpy as np
import pytest
import torch
from keras_backend_torch.backend import BACKEND
from keras_backend_torch.distribution import _Heart, all_devices, buckets
from keras_conformance import run_job

PROGRAM = """
import json, os, sys, time
from keras_backend_torch import distribution
from keras_backend_torch.backend import BACKEND
import torch

distribution._SILENCE = 2.0
rank, size, port, task = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3], sys.argv[4]
try:
    BACKEND.join(f"127.0.0.1:{port}", size, rank, 2.0 if task in ("absent", "twice") else 20.0)
    if task == "reduce":
        w = torch.tensor([1.0 + rank, 2.0], requires_grad=True)
        big = torch.full((300_000,), float(rank))
        first, second = BACKEND.reduce([w, big], "sum")
        (first * torch.tensor([1.0, 10.0 * rank])).sum().backward()
        mean = BACKEND.reduce([torch.tensor(float(rank))], "mean")[0]
        most = BACKEND.reduce([torch.tensor([rank, 5 - rank])], "max")[0]
        said = [one.decode() for one in BACKEND.exchange(f"I am {rank}".encode())]
        found = [first.tolist(), float(second.sum()), w.grad.tolist(), float(mean), most.tolist(), said]
        print(json.dumps(found), flush=True)
    elif task == "ends" and rank == 1:
        BACKEND.exchange(b"here")
        os._exit(3)
    elif task == "ends":
        BACKEND.exchange(b"here")
        BACKEND.reduce([torch.ones(3)], "sum")
    elif task == "says" and rank == 1:
        BACKEND.tell_failure(ValueError("my own"))
    elif task == "says":
        BACKEND.exchange(b"here")
except RuntimeError as error:
    print("error:", error, flush=True)
"""


thorough = pytest.mark.skipif("KERAS_DISTRIBUTED" not in os.environ, reason="run by nox -s distributed")


def run(task, fails=True, **job):
    """What the processes of a job print."""
    return run_job(PROGRAM, task, fails=fails, TORCH_CPP_LOG_LEVEL="FATAL", **job)


def test_reductions_their_gradients_and_what_processes_say():
    for rank, text in enumerate(run("reduce", fails=False)):
        first, second, gradient, mean, most, said = json.loads(text)
        assert first == [3.0, 4.0]
        assert second == 300_000
        assert gradient == [2.0, 10.0]  # of the losses of both, the second of which counts 10 rows
        assert (mean, most) == (0.5, [1, 5])
        assert said == ["I am 0", "I am 1"], rank


def test_a_process_that_ends_is_named():
    first, _ = run("ends")
    assert first.startswith("error: Rank 1 of 2 on ")
    assert "the process has ended. Rank 0 ends, too" in first


@thorough
def test_a_process_that_fails_says_why():
    first, _ = run("says")
    assert "(ValueError: my own): the process has ended" in first


@thorough
def test_a_process_that_is_not_there_is_named():
    started = time.monotonic()
    (found,) = run("absent", ranks=(0,))
    assert "did not find rank 1. Did its process start" in found
    assert time.monotonic() - started < 40


@thorough
def test_two_jobs_at_one_port():
    found = run("twice", ranks=(0, 1, 1), size=3)
    assert any("two jobs use one port" in text for text in found)


@thorough
def test_no_rank_0_at_the_address():
    (found,) = run("absent", ranks=(1,))
    assert "Rank 1 of 2 on " in found
    assert "reached no rank 0 at 127.0.0.1:" in found


def test_alone_everything_stays_as_it_is():
    one = torch.ones(2)
    assert BACKEND.reduce([one], "sum")[0] is one
    assert BACKEND.exchange(b"me") == [b"me"]
    assert (BACKEND.rank(), BACKEND.size()) == (0, 1)
    assert all_devices("cpu") == ["cpu:0"]
    assert all_devices("tpu") == []
    np.testing.assert_array_equal(BACKEND.gather(one), [1, 1])


def test_what_is_reduced_together_begins_with_the_last_and_is_of_one_dtype():
    small = [torch.ones(4), torch.ones(4, dtype=torch.float64), torch.ones(4)]
    assert buckets(small) == [[2, 0], [1]]
    large = [torch.ones(2**18), torch.ones(2**18), torch.ones(2**18)]
    assert buckets(large) == [[2], [1, 0]]


def test_a_build_of_pytorch_without_processes_is_used_as_any_other():
    script = (
        "import torch.distributed as dist; dist.is_available = lambda: False; del dist.ReduceOp, dist.DistError\n"
        "import keras_core\n"
        "from keras_core import ops\n"
        "backend = keras_core.backend.load('torch')\n"
        "assert float(ops.sum(backend.tensor([1.0, 2.0]))) == 3 and 'distributes' not in backend.capabilities\n"
    )
    subprocess.run([sys.executable, "-c", script], check=True)


def test_signs_of_life_end_before_the_process():
    said = []
    heart = _Heart(SimpleNamespace(set=lambda *pair: said.append(pair)), SimpleNamespace(rank=1, begun=2))
    heart.stop()
    assert not heart.is_alive()
    assert said in ([], [("alive/1", "0 2")])
