from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from keras_backend_torch.backend import BACKEND
from keras_backend_torch.compiler import threads
from keras_backend_torch.compiler.recording import kernel_name, record
from keras_backend_torch.framework import torch
from keras_core import Spec, ops


@pytest.fixture
def two_threads() -> Iterator[None]:
    before = torch.get_num_threads()
    torch.set_num_threads(2)
    yield
    torch.set_num_threads(before)


def _program(fn: Any, *shapes: tuple[int, ...]) -> Any:
    return record(BACKEND, lambda *x: [fn(*x)], [], [Spec(shape, "float32") for shape in shapes])


def test_long_kernels_benefit_from_threads_and_small_ones_do_not() -> None:
    assert not threads.benefits_from_threads(_program(ops.matmul, (32, 64), (64, 10)))
    assert threads.benefits_from_threads(_program(ops.matmul, (512, 1024), (1024, 1024)))
    assert threads.benefits_from_threads(_program(ops.conv, (32, 28, 28, 8), (3, 3, 8, 16)))


def test_a_view_costs_nothing_but_the_call() -> None:
    recording = _program(lambda x: ops.reshape(x, (-1,)), (1024, 1024))
    view = next(call for call in recording.calls if kernel_name(call).endswith("view"))
    assert threads.estimated_seconds(view, recording) < 1e-5


@pytest.mark.usefixtures("two_threads")
def test_a_small_program_runs_with_one_thread_and_restores_the_setting() -> None:
    seen = []

    def run(x: Any) -> list[Any]:
        seen.append(torch.get_num_threads())
        if x is None:
            raise ZeroDivisionError
        return [x]

    run_small = threads.single_threaded_if_small(run, _program(ops.exp, (4,)))
    run_small(torch.ones(4))
    with pytest.raises(ZeroDivisionError):
        run_small(None)
    assert seen == [1, 1] and torch.get_num_threads() == 2


@pytest.mark.usefixtures("two_threads")
def test_a_large_program_runs_with_all() -> None:
    run = lambda x: [x]
    assert threads.single_threaded_if_small(run, _program(ops.matmul, (512, 1024), (1024, 1024))) is run


def test_what_a_kernel_takes_grows_with_its_work() -> None:
    times = []
    for size in (64, 512):
        recording = _program(ops.matmul, (size, size), (size, size))
        times.append(sum(threads.estimated_seconds(call, recording) for call in recording.calls))
    assert times[0] < 1e-4 < times[1]
    assert np.isfinite(times).all()
