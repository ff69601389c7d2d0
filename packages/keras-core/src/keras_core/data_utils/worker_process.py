"""A process that makes batches: what starts it and asks it, and what runs in it."""

from __future__ import annotations

import contextlib
import os
import pickle
import queue
import random
import signal
import struct
import subprocess
import sys
import threading
import traceback
from multiprocessing import spawn
from typing import TYPE_CHECKING, Any, BinaryIO

import numpy as np

if TYPE_CHECKING:
    from keras_core.typing import TensorTree

_HEAD = struct.Struct("<QI")
_SIZE = struct.Struct("<Q")


class WorkerProcess:
    """A new interpreter that holds a copy of a source of batches and makes those it is asked for.

    It gets everything through a pipe, does not run the user's script again, and ends when this process does, however
    that ends.
    """

    def __init__(self) -> None:
        start = (
            f"import sys; sys.path[:] = {sys.path!r}; from keras_core.data_utils import worker_process as w; w.serve()"
        )
        self._process = subprocess.Popen(
            [os.fsdecode(spawn.get_executable()), "-c", start], stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        assert self._process.stdin is not None and self._process.stdout is not None
        self._asks: BinaryIO = self._process.stdin  # type: ignore[assignment]  # typeshed: IO[bytes]
        self._answers: BinaryIO = self._process.stdout  # type: ignore[assignment]
        self._loaded: bytes | None = None

    def load(self, source: bytes) -> None:
        """Send the process a pickled source, if it holds another.

        Raises:
            RuntimeError: when the process ended.
            Exception: what kept it from loading the source.
        """
        if source is not self._loaded:
            self._ask(("load", source), "while it loaded the data set")
            self._loaded = source

    def make(self, index: int, seed: int) -> TensorTree:
        """The batch of that number.

        Args:
            index: the batch's number.
            seed: what the global generators of Python and NumPy are seeded with before.

        Raises:
            RuntimeError: when the process ended, or its error cannot be sent.
            Exception: what the source raised, with the process's own traceback as a note.
        """
        return self._ask(("make", index, seed), f"while it made batch {index}")

    def kill(self) -> None:
        """End the process at once."""
        self._process.kill()
        self._process.wait()
        for pipe in (self._asks, self._answers):
            with contextlib.suppress(OSError):
                pipe.close()

    def _ask(self, message: tuple[Any, ...], doing: str) -> Any:
        try:
            send(self._asks, packed(message))
            done, answer = receive(self._answers)
        except (OSError, EOFError, ValueError):
            raise RuntimeError(f"A worker process ended {doing}: {self._ending()}.") from None
        if done:
            return answer
        error, told = answer
        error.add_note(f"A worker process raised this {doing}:\n{told}")
        raise error

    def _ending(self) -> str:
        try:
            code = self._process.wait(5)
        except subprocess.TimeoutExpired:
            return "it closed its pipe"
        if code == -9:
            return "it was killed by signal 9, as the system does when memory runs out"
        return f"it was killed by signal {-code}" if code < 0 else f"its exit code was {code}"


def packed(message: object) -> list[Any]:
    """An object as parts to be written one after the other; the memory of its arrays is not copied."""
    buffers: list[pickle.PickleBuffer] = []
    body = pickle.dumps(message, protocol=5, buffer_callback=buffers.append)
    parts = [buffer.raw() for buffer in buffers]
    return [_HEAD.pack(len(body), len(parts)), *(_SIZE.pack(part.nbytes) for part in parts), body, *parts]


def send(file: BinaryIO, parts: list[Any]) -> None:
    """Write what `packed` gave."""
    for part in parts:
        file.write(part)
    file.flush()


def receive(file: BinaryIO) -> tuple[Any, ...]:
    """Read what `packed` and `send` wrote.

    Raises:
        EOFError: where the other side has ended.
    """
    length, count = _HEAD.unpack(_read(file, _HEAD.size))
    sizes = [_SIZE.unpack(_read(file, _SIZE.size))[0] for _ in range(count)]
    body = _read(file, length)
    found: tuple[Any, ...] = pickle.loads(body, buffers=[_read(file, size) for size in sizes])
    return found


def _read(file: BinaryIO, size: int) -> bytearray:
    found = bytearray(size)
    view = memoryview(found)
    while view:
        count = file.readinto(view)  # type: ignore[attr-defined]  # typeshed: BinaryIO lacks it
        if not count:
            raise EOFError
        view = view[count:]
    return found


def serve() -> None:
    """Run in the process: answer what comes on standard input until it ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the process that asks
    asks, answers = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.dup2(2, 1)  # what the user prints
    messages: queue.SimpleQueue[tuple[Any, ...]] = queue.SimpleQueue()
    threading.Thread(target=_listen, args=(asks, messages), daemon=True).start()
    source: Any = None
    while True:
        kind, *arguments = messages.get()
        try:
            if kind == "load":
                source = pickle.loads(arguments[0])
                parts = packed((True, None))
            else:
                index, seed = arguments
                random.seed(seed)
                np.random.seed(seed)
                parts = packed((True, source[index]))
        except BaseException as error:
            parts = packed((False, (_sendable(error), traceback.format_exc())))
        send(answers, parts)


def _listen(asks: BinaryIO, messages: queue.SimpleQueue[tuple[Any, ...]]) -> None:
    """Pass messages on; end the process, whatever it is doing, when the other side has ended."""
    try:
        while True:
            messages.put(receive(asks))
    except (EOFError, OSError):
        os._exit(0)


def _sendable(error: BaseException) -> Exception:
    """The error, or one with its name and words where it cannot be sent or would end the process that asks."""
    if isinstance(error, Exception):
        try:
            found = pickle.loads(pickle.dumps(error))
        except Exception:
            found = None
        if type(found) is type(error):
            return error
    return RuntimeError(f"{type(error).__name__}: {error}")
