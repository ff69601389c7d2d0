"""Finding the batch size that trains most samples a second."""

from __future__ import annotations

import math
import time
from typing import TYPE_CHECKING

import numpy as np

from keras_core.backend.distribution import group_of
from keras_core.callbacks.telling import tell
from keras_core.training.device_data import ArrayFeed
from keras_core.training.loop import StepRunner
from keras_core.training.steps_per_call import StepsPerCall
from keras_core.training.undoing import undone

if TYPE_CHECKING:
    from keras_core.training.array_data import ArrayData
    from keras_core.training.programs import Programs
    from keras_core.training.state import TrainingState

_FIRST = 32
_TIMED = 3
_ENOUGH = 0.9
"""The smallest batch is taken that is so fast, compared with the fastest one."""

_MEMORY_WORDS = ("out of memory", "outofmemory", "resource_exhausted", "resourceexhausted", "memoryerror")


def search_batch_size(state: TrainingState, programs: Programs, data: ArrayData, verbose: bool) -> int:
    """The power of two from 32 on that trains most samples a second, or a smaller one that is about as fast.

    It doubles until the memory does not suffice, or two doublings have brought nothing. What is trained is undone.
    Processes of a job take the time of the slowest of them.

    Args:
        state: the state of the model's training, all of which is built.
        programs: the model's programs.
        data: the data.
        verbose: whether to tell what was found.
    """
    if state.fixed_batch_size is not None:
        return state.fixed_batch_size
    group = group_of(state.model.backend)
    rates: dict[int, float] = {}
    size, ended = min(_FIRST, data.size), "the data have no more samples"
    while size <= data.size:
        try:
            with undone(state, programs):
                seconds = _seconds(state, programs, data, size)
        except Exception as error:
            if not rates or not is_lack_of_memory(error):
                raise
            seconds = math.inf
        if group is not None:  # all go on by the slowest, and so decide alike
            seconds = max(float(one) for one in group.exchange(repr(seconds).encode()))
        if seconds < math.inf:
            rates[size] = size / seconds
        else:
            ended = f"{size} do not fit into memory"
            break
        if len(rates) > 2 and list(rates.values())[-1] < max(list(rates.values())[:-2]) / _ENOUGH:
            ended = "more brought nothing"
            break
        size *= 2
    found = next(size for size, rate in rates.items() if rate >= _ENOUGH * max(rates.values()))
    if verbose:
        speeds = ", ".join(f"{size}: {rate:.3g}" for size, rate in rates.items())
        tell(f"batch_size='auto' is {found}. Samples/s by batch size: {speeds}; {ended}.")
    return found


def _seconds(state: TrainingState, programs: Programs, data: ArrayData, size: int) -> float:
    """What a step takes, the first one aside, which compiles."""
    feed = ArrayFeed(data.first(size), state.model.backend, size)
    runner = StepRunner(state, programs, "train", feed.checked)
    rows, batch = next(feed.calls(StepsPerCall(fixed=1), 1))
    times = []
    for _ in range(1 + _TIMED):
        started = time.perf_counter()
        runner.run(rows, batch).fetch()
        times.append(time.perf_counter() - started)
    return float(np.median(times[1:]))


def is_lack_of_memory(error: BaseException) -> bool:
    """Whether an error, of whatever framework, says that there is not enough memory.

    Args:
        error: the error.

    Example:
        >>> from keras_core.training.batch_size_search import is_lack_of_memory
        >>> is_lack_of_memory(RuntimeError("CUDA out of memory. Tried to allocate 2 GiB"))
        True
    """
    text = f"{type(error).__name__}: {error}".lower()
    return any(words in text for words in _MEMORY_WORDS)
