"""Processes that are measured in turns, ours and upstream's."""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import time
from typing import Any

CLOCKS = {"wall": time.perf_counter, "cpu": time.process_time}
"""Time that passes, and time that a process gets."""


def settings(backend: str = "", *, ours: bool = True) -> dict[str, str]:
    """The environment of a process that measures: the caller's, without what chooses a BLAS or a backend for it.

    Bytecode is kept, as it is of packages that are installed: nothing is compiled again in what is measured.

    Args:
        backend: Keras' backend; "" leaves it to the process.
        ours: whether it is this checkout's Keras, found by PYTHONPATH.
    """
    dropped = ["OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE", "KERAS_BACKEND", "PYTHONDONTWRITEBYTECODE"]
    dropped += [] if ours else ["PYTHONPATH"]
    kept = {key: value for key, value in os.environ.items() if key not in dropped}
    return {**kept, "TF_CPP_MIN_LOG_LEVEL": "3", **({"KERAS_BACKEND": backend} if backend else {})}


def measured(timer: Any, budget: float) -> float:
    """Median of the seconds that a batch takes, of as many as fit in the budget."""
    found: list[float] = []
    end = time.perf_counter() + budget
    while len(found) < 3 or time.perf_counter() < end:
        found.append(timer())
    return statistics.median(found)


class Side:
    """A process that measures.

    Args:
        script: the file that it runs, which answers each line on its input by one of JSON.
        python: the interpreter.
        backend: Keras' backend.
        arguments: what `--work` gets.
        ours: whether it is this checkout's Keras, found by PYTHONPATH.
    """

    def __init__(self, script: str, python: str, backend: str, arguments: list[str], ours: bool) -> None:
        self._process = subprocess.Popen(
            [python, script, "--work", *arguments],
            env=settings(backend, ours=ours),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        self.version = self._answer()

    def _answer(self) -> Any:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError(f"A process ended with {self._process.wait()} and without an answer.")
        return json.loads(line)

    def ask(self, name: str, budget: float) -> Any:
        """Seconds of a batch and of all that comes before, or what went wrong."""
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps([name, budget]) + "\n")
        self._process.stdin.flush()
        return self._answer()

    def close(self) -> None:
        """Let the process end."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait()
