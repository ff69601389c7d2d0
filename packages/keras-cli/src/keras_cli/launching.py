"""`keras launch`: a program in several processes of one machine."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from typing import IO, TYPE_CHECKING

from keras_core import backend

if TYPE_CHECKING:
    from collections.abc import Sequence

_GRACE = 10.0
"""Seconds that processes have to end by themselves before they are killed."""


def launch(
    program: Sequence[str],
    processes: int,
    port: int | None = None,
    threads: int | None = None,
    launcher: Sequence[str] = (),
) -> int:
    """Run a program of Python in several processes, which `keras.distribution.initialize()` joins to a job.

    What they print is shown line by line behind "[rank]". When one of them fails, the others are ended, too; so are all
    by Ctrl-C.

    Args:
        program: the program's file, or "-m" and a module, and its arguments.
        processes: how many.
        port: where rank 0 listens on this machine; a free one by default.
        threads: how many threads a process computes with; by default what OMP_NUM_THREADS says, or the cores are shared
            evenly.
        launcher: a launcher of the framework's as `BackendSpec.launcher` gives it, which starts the processes, marks
            their lines and ends them in its own way. By default they are started here.

    Returns:
        The exit code: that of the first process that failed, 128 and the number of the signal where a signal ended it,
        or the launcher's; 130 after Ctrl-C; else 0.

    Raises:
        ValueError: for fewer than one process.
        FileNotFoundError: where there is no such program.
    """
    if processes < 1:
        raise ValueError(f"A program runs in at least one process, got {processes}.")
    if program[0] != "-m" and not os.path.exists(program[0]):
        raise FileNotFoundError(f"There is no program '{program[0]}'.")
    port = port or _free_port()
    count = str(threads or os.environ.get("OMP_NUM_THREADS") or max(1, _cores() // processes))
    job = _Job()
    try:
        if launcher:
            own = [one.format(processes=processes, port=port) for one in launcher]
            job.start([sys.executable, *own, *program], {**os.environ, "OMP_NUM_THREADS": count})
            return job.wait(quiet=True)
        for rank in range(processes):
            job.start([sys.executable, "-u", *program], _environment(rank, processes, port, count), rank, processes)
        return job.wait()
    except KeyboardInterrupt:
        return 130
    finally:
        job.end()


def launcher_of_backend() -> tuple[str, ...]:
    """The launcher of the active backend's framework; empty where it has none."""
    return backend.spec(backend.active_name()).launcher


class _Job:
    """The processes of a job."""

    def __init__(self) -> None:
        self._processes: list[subprocess.Popen[bytes]] = []
        self._readers: list[threading.Thread] = []

    def start(
        self, command: Sequence[str], environment: dict[str, str], rank: int | None = None, size: int = 1
    ) -> None:
        """Start one of them.

        Args:
            command: what it runs.
            environment: its variables.
            rank: which it is; None for a launcher, whose lines are shown as they are. Defaults to None.
            size: how many there will be. Defaults to 1.
        """
        mark = "" if rank is None else f"[{rank:>{len(str(size - 1))}}] "
        process = subprocess.Popen(
            command,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=True,  # so that Ctrl-C reaches this process alone, which ends them all
        )
        self._processes.append(process)
        for stream, target in ((process.stdout, sys.stdout), (process.stderr, sys.stderr)):
            assert stream is not None
            reader = threading.Thread(target=_copy, args=(stream, target, mark), daemon=True)
            reader.start()
            self._readers.append(reader)

    def wait(self, quiet: bool = False) -> int:
        """Wait until all have ended well or one has not; its exit code.

        Args:
            quiet: whether to leave it to the processes to say which one that is. Defaults to False.
        """
        left = dict(enumerate(self._processes))
        while left:
            for rank, process in list(left.items()):
                code = process.poll()
                if code is None:
                    continue
                del left[rank]
                if code:
                    self._finish_reading(rank)
                    how = f"by signal {-code}" if code < 0 else f"with exit code {code}"
                    others = " The others are ended." if left else ""
                    if not quiet:
                        print(f"keras launch: rank {rank} has ended {how}.{others}", file=sys.stderr, flush=True)
                    self._let_end(list(left.values()))
                    return 128 - code if code < 0 else code
            time.sleep(0.05)
        return 0

    def _let_end(self, processes: list[subprocess.Popen[bytes]]) -> None:
        """Give the others a moment to see by themselves that one is missing, and to say so."""
        until = time.monotonic() + _GRACE
        while time.monotonic() < until and any(process.poll() is None for process in processes):
            time.sleep(0.05)

    def _finish_reading(self, rank: int) -> None:
        for reader in self._readers[2 * rank : 2 * rank + 2]:
            reader.join(timeout=1)

    def end(self) -> None:
        """End what still runs, with all that it has started."""
        for number in (signal.SIGTERM, signal.SIGKILL):
            running = [process for process in self._processes if process.poll() is None]
            for process in running:
                _signal(process, number)
            until = time.monotonic() + _GRACE
            while time.monotonic() < until and any(process.poll() is None for process in running):
                time.sleep(0.05)
        for reader in self._readers:
            reader.join(timeout=1)


def _signal(process: subprocess.Popen[bytes], number: signal.Signals) -> None:
    try:
        os.killpg(process.pid, number)
    except ProcessLookupError:
        pass


def _environment(rank: int, size: int, port: int, threads: str) -> dict[str, str]:
    """The variables of one process: those of Keras, and those that torchrun sets, which other programs know, too."""
    return {
        **os.environ,
        "OMP_NUM_THREADS": threads,
        "KERAS_DISTRIBUTION_JOB_ADDRESSES": f"127.0.0.1:{port}",
        "KERAS_DISTRIBUTION_NUM_PROCESSES": str(size),
        "KERAS_DISTRIBUTION_PROCESS_ID": str(rank),
        "MASTER_ADDR": "127.0.0.1",
        "MASTER_PORT": str(port),
        "WORLD_SIZE": str(size),
        "LOCAL_WORLD_SIZE": str(size),
        "RANK": str(rank),
        "LOCAL_RANK": str(rank),
    }


#: The lines of two processes do not mix.
_writing = threading.Lock()


def _copy(stream: IO[bytes], target: IO[str], mark: str) -> None:
    """Write the lines of a process behind its mark, each as a whole."""
    with stream:
        for line in stream:
            text = line.decode("utf-8", "replace").rstrip("\r\n")
            with _writing:
                target.write(f"{mark}{text}\n")
                target.flush()


def _free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port: int = taken.getsockname()[1]
    return port


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
