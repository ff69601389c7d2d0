"""The worker process as this one sees it: started when first needed, and again after it has died."""

from __future__ import annotations

import atexit
import contextlib
import json
import mmap
import os
import socket
import struct
import subprocess
import sys
import tempfile
import threading
import weakref
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from keras_backend_cntk.framework import worker_environment

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

VERSION = 1
START_SECONDS = 60
GREETINGS = ("Selected CPU as the process wide default device.",)
WORKER = Path(__file__).parent / "worker.py"

Place = tuple[int, list[int], str]
"""Where an array lies in a file: offset, shape, dtype."""


class WorkerDied(RuntimeError):
    """The worker ended while it had something to do."""


class WorkerError(RuntimeError):
    """What the worker could not do."""


class Memory:
    """A file that two processes map."""

    def __init__(self, size: int) -> None:
        folder = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
        descriptor, self.path = tempfile.mkstemp(prefix="keras-cntk-", dir=folder)
        try:
            self.size = max(size, mmap.PAGESIZE)
            os.ftruncate(descriptor, self.size)
            self.map = mmap.mmap(descriptor, self.size)
            self._views: dict[int, np.ndarray] = {}
        finally:
            os.close(descriptor)

    def view(self, place: Place) -> np.ndarray:
        """The array that lies at a place of the program's own, made once."""
        found = self._views.get(place[0])
        if found is None:
            found = self._views[place[0]] = self.array(place)
        return found

    def array(self, place: Place) -> np.ndarray:
        """The array that lies at a place."""
        offset, shape, dtype = place
        count = int(np.prod(shape)) if shape else 1
        return np.frombuffer(self.map, np.dtype(dtype), count, offset).reshape(shape)

    def unlink(self) -> None:
        """Take the file out of its folder: the memory stays until both have dropped it."""
        with contextlib.suppress(FileNotFoundError):
            os.unlink(self.path)


class Worker:
    """One process and the socket to it."""

    def __init__(self) -> None:
        python, environment = worker_environment()
        ours, theirs = socket.socketpair()
        self.errors = tempfile.TemporaryFile()  # noqa: SIM115  (it lives as long as the process)
        self.process = subprocess.Popen(
            [python, "-E", str(WORKER), str(theirs.fileno())],
            stdin=subprocess.DEVNULL,
            stdout=self.errors,
            stderr=self.errors,
            pass_fds=[theirs.fileno()],
            env=environment,
        )
        theirs.close()
        self.started = False
        ours.settimeout(START_SECONDS)
        self.socket = ours
        answer = self.ask({"do": "hello", "version": VERSION})
        if answer["version"] != VERSION:
            raise RuntimeError(f"The worker speaks version {answer['version']} of the protocol, expected {VERSION}.")
        ours.settimeout(None)
        self.started = True

    def send(self, message: dict[str, Any]) -> None:
        """One message to the worker."""
        data = json.dumps(message).encode()
        try:
            self.socket.sendall(struct.pack("<I", len(data)) + data)
        except OSError as error:
            raise self.died() from error

    def receive(self) -> dict[str, Any]:
        """The next message of the worker."""
        (count,) = struct.unpack("<I", self.read(4))
        found: dict[str, Any] = json.loads(self.read(count))
        return found

    def read(self, count: int) -> bytes:
        """So many bytes."""
        parts = []
        while count:
            try:
                part = self.socket.recv(count)
            except OSError as error:
                raise self.died() from error
            if not part:
                raise self.died()
            parts.append(part)
            count -= len(part)
        return b"".join(parts)

    def ask(self, message: dict[str, Any], callback: Callable[[dict[str, Any]], None] | None = None) -> dict[str, Any]:
        """Send a message and wait for its answer, serving what the worker asks meanwhile."""
        self.send(message)
        while True:
            answer = self.receive()
            if "ask" not in answer:
                break
            assert callback is not None
            try:
                callback(answer)
                self.send({})
            except WorkerDied:
                raise
            except Exception as error:
                self.send({"error": f"{type(error).__name__}: {error}"})
        if "error" in answer:
            raise WorkerError(answer["error"] + ("\n" + answer["trace"] if os.environ.get("KERAS_CNTK_TRACE") else ""))
        return answer

    def died(self) -> WorkerDied:
        """What to raise where the worker does not answer."""
        self.process.kill()
        code = self.process.wait()
        self.errors.seek(0)
        lines = self.errors.read().decode(errors="replace").strip().splitlines()
        said = [line for line in lines if line not in GREETINGS][-3:]
        self.errors.close()
        self.socket.close()
        words = f"Its last words: {' / '.join(said)}" if said else "It said nothing."
        if not self.started:
            return WorkerDied(
                f"The process that runs CNTK did not start (exit code {code}); "
                f"`{Path(sys.executable).name} -m keras_backend_cntk doctor` says what is missing. {words}"
            )
        return WorkerDied(
            f"The process that runs CNTK has ended (exit code {code}) while it was working; variables are as they were "
            f"before this call, and the next one starts another process. {words}"
        )

    def close(self) -> None:
        """End the process, which ends itself where its socket is closed."""
        self.socket.close()
        try:
            self.process.wait(2)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.errors.close()


class Link:
    """The one worker of this process, and the programs that it has."""

    def __init__(self) -> None:
        self.lock = threading.RLock()
        self._worker: Worker | None = None
        self._owner = 0
        self.generation = 0
        self._dropped: list[int] = []

    def worker(self) -> Worker:
        """The process, started if there is none."""
        if self._worker is not None and (self._owner != os.getpid() or self._worker.process.poll() is not None):
            self._worker = None
        if self._worker is None:
            self._worker = Worker()
            self._owner = os.getpid()
            self.generation += 1
            atexit.register(self._worker.close)
        return self._worker

    def ask(self, message: dict[str, Any], callback: Callable[[dict[str, Any]], None] | None = None) -> dict[str, Any]:
        """Send a message to the worker and wait for the answer."""
        worker = self.worker()
        try:
            while self._dropped:
                worker.ask({"do": "drop", "program": self._dropped.pop()})
            return worker.ask(message, callback)
        except WorkerDied:
            self._worker = None
            raise
        except BaseException as error:
            if not isinstance(error, WorkerError):  # in the middle of an answer
                worker.close()
                self._worker = None
            raise

    def drop(self, number: int) -> None:
        """Let the worker forget a program, when it is next asked something."""
        self._dropped.append(number)


LINK = Link()


class RemoteProgram:
    """Functions that the worker runs one after the other, in its memory and ours.

    Args:
        message: what builds them, but for the file.
        size: bytes of the file.
        constants: arrays and their places.
        callbacks: what NumPy computes for them, by number.
    """

    _numbers = iter(range(1, 2**62))

    def __init__(
        self,
        message: dict[str, Any],
        size: int,
        constants: Sequence[tuple[Place, np.ndarray]],
        callbacks: Sequence[Callable[..., list[np.ndarray]]],
    ) -> None:
        self.number = next(self._numbers)
        self._message = {"do": "build", "program": self.number, **message}
        self._size = size
        self._constants = constants
        self._callbacks = callbacks
        self._generation = 0
        self.memory: Memory | None = None
        weakref.finalize(self, LINK.drop, self.number)

    def prepare(self) -> Memory:
        """The memory of the program, which the worker has built."""
        LINK.worker()
        if self._generation != LINK.generation or self.memory is None:
            memory = Memory(self._size)
            try:
                for place, array in self._constants:
                    memory.array(place)[...] = array
                LINK.ask({**self._message, "file": memory.path, "size": memory.size})
            finally:
                memory.unlink()
            self.memory, self._generation = memory, LINK.generation
        return self.memory

    def run(self, phase: int) -> None:
        """Run the functions of a phase on what lies in the memory."""
        LINK.ask({"do": "run", "program": self.number, "phase": phase}, self._serve)

    def _serve(self, question: dict[str, Any]) -> None:
        assert self.memory is not None
        arrays = [self.memory.array(place) for place in question["arrays"]]
        offset = question["room"]
        for result in self._callbacks[question["ask"]](*arrays):
            self.memory.array((offset, list(result.shape), result.dtype.name))[...] = result
            offset += (result.nbytes + 63) // 64 * 64
