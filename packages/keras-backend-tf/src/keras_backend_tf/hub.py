"""Messages between the processes of a job: each is connected to rank 0, which notices where a connection ends."""

from __future__ import annotations

import json
import os
import socket
import threading
import time
from contextlib import suppress
from multiprocessing.connection import Client, Connection, Listener, wait
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

_RETRY = 0.1
"""Seconds between two attempts to reach rank 0."""

_DOUBT = 3.0
"""Seconds within which processes that wait in vain ask who is missing, or connections of dead ones end."""

_LONGEST = 2**28
"""Bytes of the longest message that is taken."""


class Hub(threading.Thread):
    """What rank 0 runs: collects what every process says, and gives all of it to all of them.

    Args:
        port: where it listens.
        size: how many processes there are.
        is_ipv6: whether the address of rank 0 is one of IPv6. Defaults to False.

    Raises:
        OSError: where another program listens at the port.
    """

    def __init__(self, port: int, size: int, is_ipv6: bool = False) -> None:
        super().__init__(name="keras-hub", daemon=True)
        self._listener = Listener(("", port), "AF_INET6" if is_ipv6 else "AF_INET", backlog=max(size, 16))
        self._size = size
        self._lock = threading.Lock()
        self._connections: dict[int, Connection] = {}
        self._hellos: dict[int, dict[str, Any]] = {}
        self._said: dict[int, str] = {}
        self._asking: dict[int, tuple[float, bool]] = {}
        self._gone: dict[int, str] = {}
        self._failed: dict[int, str] = {}
        threading.Thread(target=self._accept, name="keras-hub-door", daemon=True).start()
        self.start()

    # -- who comes

    def _accept(self) -> None:
        while True:
            try:
                connection = self._listener.accept()
            except OSError:  # who tried it has gone again
                continue
            threading.Thread(target=self._greet, args=(connection,), daemon=True).start()

    def _greet(self, connection: Connection) -> None:
        """Let a process in, or say why it is not."""
        try:
            hello = json.loads(connection.recv_bytes(_LONGEST))
            rank, size = int(hello["rank"]), int(hello["size"])
        except (OSError, EOFError, ValueError, KeyError, TypeError):  # no process of a job
            connection.close()
            return
        with self._lock:
            problem = None
            if size != self._size:
                problem = (
                    f"was told of {size} processes, and rank 0 of {self._size}: two jobs use one port, or the "
                    "processes were not started with the same number"
                )
            elif rank in self._hellos:
                problem = f"is {self._hellos[rank]['name']} already: two jobs use one port"
            if problem is None:
                self._hellos[rank], self._connections[rank] = hello, connection
                if len(self._hellos) == self._size:
                    self._give({"hellos": [self._hellos[one] for one in range(self._size)]}, range(self._size))
            else:
                _send(connection, {"refused": problem})

    # -- what they say

    def run(self) -> None:
        while True:
            with self._lock:
                known = {connection: rank for rank, connection in self._connections.items()}
            if not known:
                time.sleep(0.05)
            ready = wait(list(known), 0.05)
            with self._lock:
                for connection in ready:
                    assert isinstance(connection, Connection)
                    self._hear(known[connection], connection)
                self._answer()

    def _hear(self, rank: int, connection: Connection) -> None:
        try:
            message = json.loads(connection.recv_bytes(_LONGEST))
        except (OSError, EOFError):
            self._gone.setdefault(rank, "")
            del self._connections[rank]
            return
        if "say" in message:
            self._failed.pop(rank, None)  # it goes on after all
            self._asking.pop(rank, None)
            self._said[rank] = message["say"]
        elif "failed" in message:
            self._failed[rank] = message["failed"]
        elif "ask" in message:
            self._asking[rank] = time.monotonic() + _DOUBT, bool(message["ask"])

    def _answer(self) -> None:
        """Give those that wait what they wait for, or say why it will not come."""
        if len(self._said) == self._size:
            self._give({"said": [self._said[rank] for rank in range(self._size)]}, list(self._said))
            self._said.clear()
        lost = {**self._gone, **self._failed}
        if lost:
            waiting = [rank for rank in (*self._said, *self._asking) if rank not in lost]
            self._give({"ended": [[rank, *self._about(rank)] for rank in sorted(lost)]}, waiting)
            for rank in waiting:
                self._said.pop(rank, None)
                self._asking.pop(rank, None)
        over = [rank for rank, (until, _) in self._asking.items() if time.monotonic() > until]
        if over:
            missing = self._missing(any(at_host for _, at_host in self._asking.values()))
            self._give({"late": [[rank, *self._about(rank)] for rank in missing]}, over)
            for rank in over:
                del self._asking[rank]
                self._said.pop(rank, None)

    def _missing(self, at_host: bool) -> list[int]:
        """Who did not come: to the job, to where the host waits, or else who does not ask because it waits, too."""
        there = self._hellos if len(self._hellos) < self._size else self._said if at_host else self._asking
        return [rank for rank in range(self._size) if rank not in there]

    def _about(self, rank: int) -> tuple[str, str]:
        name = self._hellos[rank]["name"] if rank in self._hellos else "an unknown machine"
        return name, self._failed.get(rank, self._gone.get(rank, ""))

    def _give(self, message: dict[str, Any], ranks: Sequence[int]) -> None:
        """Send a message, to rank 0 last: as soon as it has that, TensorFlow's server starts and nothing else runs."""
        for rank in sorted(ranks, reverse=True):
            if rank in self._connections:
                _send(self._connections[rank], message)

    def wait_for_end(self, seconds: float) -> None:
        """Wait until all others have ended.

        Args:
            seconds: how long at most.
        """
        until = time.monotonic() + seconds
        while time.monotonic() < until and len(self._connections) > 1:
            time.sleep(0.02)


class Missing(RuntimeError):
    """Processes that others wait for.

    Args:
        message: what is known of them.
    """


class Line:
    """A process's connection to the hub.

    Args:
        address: "host:port" of rank 0.
        rank: which process this is.
        size: how many there are.
        timeout: seconds to wait for rank 0, and for the others.
        server: what the others are to know of this process.

    Raises:
        RuntimeError: where rank 0 cannot be reached, or refuses the process.
        Missing: where some do not come.
    """

    def __init__(self, address: str, rank: int, size: int, timeout: float, server: str) -> None:
        host, _, port = address.rpartition(":")
        self._host, self._port, self._address = host.strip("[]"), int(port), address
        self._rank, self._size, self._timeout = rank, size, timeout
        self._lock = threading.Lock()
        until = time.monotonic() + timeout
        self._connection = self._connect(until)
        me = f"{socket.gethostname()}, process {os.getpid()}"
        _send(self._connection, {"rank": rank, "size": size, "name": me, "server": server})
        with self._lock:
            found = self._received(until, at_host=True)
        if "refused" in found:
            raise RuntimeError(
                f"Rank {rank} at {address} {found['refused']}. {me} ends. Choose another port for this job, and the "
                "same number of processes for all."
            )
        if "hellos" not in found:
            raise Missing(
                f"Rank {rank} of {size} waited for {timeout:g} s at {address}, and did not find rank "
                f"{', '.join(str(one) for one, *_ in found.get('late', found.get('ended', [])))}. Did its process "
                "start, and is it told the same address?"
            )
        self.servers = [str(hello["server"]) for hello in found["hellos"]]

    def _connect(self, until: float) -> Connection:
        family = "AF_INET6" if ":" in self._host else "AF_INET"
        while True:
            try:
                return Client((self._host, self._port), family)
            except OSError as error:
                if time.monotonic() > until:
                    raise RuntimeError(
                        f"Rank {self._rank} of {self._size} on {socket.gethostname()} reached no rank 0 at "
                        f"{self._address} within {self._timeout:g} s ({error}). Is it running there, and does a "
                        "firewall let this port through?"
                    ) from error
            time.sleep(_RETRY)

    def exchange(self, message: bytes, timeout: float | None = None) -> list[bytes]:
        """What every process says, by rank; see `Distributes.exchange`."""
        until = time.monotonic() + (self._timeout if timeout is None else timeout)
        with self._lock:
            self._say({"say": message.decode("latin-1")})
            found = self._received(until, at_host=True)
        if "said" not in found:
            raise Missing(self._about(found))
        return [one.encode("latin-1") for one in found["said"]]

    def who_is_missing(self) -> str:
        """Words about the processes that do not come to the step in which this one waits in vain."""
        try:
            with self._lock:
                self._say({"ask": False})
                return self._about(self._received(time.monotonic() + 4 * _DOUBT))
        except Missing as error:
            return str(error)

    def tell_failure(self, text: str) -> None:
        """Let the others know why this process ends.

        Args:
            text: what they are told.
        """
        with self._lock, suppress(Missing):
            self._say({"failed": text})

    def close(self) -> None:
        """End the connection."""
        self._connection.close()

    def _say(self, message: dict[str, Any]) -> None:
        try:
            _write(self._connection, message)
        except OSError as error:
            raise Missing(self._lost()) from error

    def _received(self, until: float, at_host: bool = False) -> dict[str, Any]:
        """What the hub says; who is late, where it says nothing in time."""
        try:
            if at_host and not self._connection.poll(max(until - time.monotonic(), 0)):
                _write(self._connection, {"ask": True})
            if not self._connection.poll(4 * _DOUBT):
                return {"late": []}
            found: dict[str, Any] = json.loads(self._connection.recv_bytes(_LONGEST))
        except (OSError, EOFError) as error:
            raise Missing(self._lost()) from error
        return found

    def _about(self, found: dict[str, Any]) -> str:
        ranks = found.get("ended", found.get("late", []))
        said = [f"Rank {rank} of {self._size} on {name}{f' ({why})' if why else ''}" for rank, name, why in ranks]
        if "ended" in found:
            return f"{'; '.join(said)}: the process has ended. Rank {self._rank} ends, too; start the job again."
        return (
            f"{'; '.join(said) or 'Some processes'}: did not come to the step that rank {self._rank} waits in, within "
            f"{self._timeout:g} s. Do all processes call the same methods with the same data?"
        )

    def _lost(self) -> str:
        return (
            f"Rank {self._rank} of {self._size} lost the connection to rank 0 at {self._address}, whose process has "
            "ended."
        )


def _send(connection: Connection, message: dict[str, Any]) -> None:
    with suppress(OSError):  # whose process has ended is noticed where it is read
        _write(connection, message)


def _write(connection: Connection, message: dict[str, Any]) -> None:
    connection.send_bytes(json.dumps(message).encode())
