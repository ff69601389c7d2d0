"""Jobs of several processes on this machine, for backends that have an engine for them."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

#: The beginning of a program about parts of values: layouts on meshes, and what an action raises.
LAYOUTS = """
from types import SimpleNamespace
import numpy as np


class Mesh:
    def __init__(self, devices, shape):
        self.devices, self.shape, self.axis_names = np.array(devices).reshape(shape), shape, ("batch", "model")


def layout(axes, devices=("cpu:0", "cpu:1"), shape=(1, 2)):
    return SimpleNamespace(axes=axes, device_mesh=Mesh(devices, shape))


def message(action):
    try:
        return str(action())
    except (NotImplementedError, ValueError) as error:
        return str(error)


whole = np.arange(24, dtype="float32").reshape(4, 6)
split = {
    "columns": layout((None, "model")),
    "rows": layout(("model", None)),
    "turned": layout((None, "model"), ("cpu:1", "cpu:0")),
    "along a line of one": layout(("batch", None)),
}
"""


def free_port() -> int:
    """A port that nothing listens at."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


def run_job(
    program: str,
    *arguments: str,
    ranks: Sequence[int] = (0, 1),
    size: int = 2,
    timeout: float = 120.0,
    fails: bool = False,
    **settings: str,
) -> list[str]:
    """What the processes of a job print.

    Args:
        program: run as ``python -c`` with its rank, the size of the job, a free port, and the arguments.
        *arguments: more of them.
        ranks: those that are started. Defaults to the two of a job of two.
        size: how many processes the job has. Defaults to 2.
        timeout: seconds after which a process is waited for no longer. Defaults to 120.
        fails: whether processes are to fail. Defaults to False.
        **settings: variables of their environment.

    Raises:
        RuntimeError: with what a process wrote, when one failed and is not to.
        subprocess.TimeoutExpired: when one does not end; all are killed then.
    """
    port = str(free_port())
    environment = {**os.environ, "OMP_NUM_THREADS": "1", **settings}
    started = [
        subprocess.Popen(
            [sys.executable, "-c", program, str(rank), str(size), port, *arguments],
            stdout=subprocess.PIPE,
            stderr=None if fails else subprocess.PIPE,
            text=True,
            env=environment,
        )
        for rank in ranks
    ]
    try:
        printed = [process.communicate(timeout=timeout) for process in started]
    finally:
        for process in started:
            process.kill()
            process.communicate()  # closes its pipes
    for rank, process, (_, errors) in zip(ranks, started, printed, strict=True):
        if process.returncode and not fails:
            raise RuntimeError(f"Rank {rank} ended with {process.returncode}: {errors[-3000:]}")
    return [out.strip() for out, _ in printed]
