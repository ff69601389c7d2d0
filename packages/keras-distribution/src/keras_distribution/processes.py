"""Joining a job of several processes."""

from __future__ import annotations

import hashlib
import os
import secrets

from keras_core import backend, random
from keras_core.backend import engine_of

from keras_distribution.environment import Job, job_from

DEFAULT_TIMEOUT = 300.0
"""Seconds that processes wait for each other."""


def initialize(
    job_addresses: str | None = None,
    num_processes: int | None = None,
    process_id: int | None = None,
    timeout: float = DEFAULT_TIMEOUT,
) -> None:
    """Join the other processes of a job; called once, before anything is computed.

    What is not given is read from the environment that launchers set; a process that nobody launched is a job of one.
    All processes go on with the random numbers of rank 0, unless they have had the same all along.

    Args:
        job_addresses: "host:port" of rank 0, or those of all processes, separated by commas: the first is used.
        num_processes: how many there are.
        process_id: which of them this is, from 0 on.
        timeout: seconds within which all have to be there. Defaults to 300.

    Raises:
        NotImplementedError: where the active backend has no engine for it.
        RuntimeError: where the processes do not find each other in time.
        ValueError: for numbers and addresses that do not fit each other.
    """
    told = None not in (job_addresses, num_processes, process_id)
    job = Job() if told else job_from()
    given = job_addresses or job.address
    size = job.size if num_processes is None else num_processes
    rank = job.rank if process_id is None else process_id
    addresses = [one.strip() for one in given.split(",")] if given else []
    if size is None:
        size = len(addresses) if len(addresses) > 1 or rank is not None else 1
    if size < 1:
        raise ValueError(f"`num_processes` is at least 1, got {size}.")
    if size == 1 and rank in (None, 0):
        engine_of(backend.active())
        return
    if rank is None or not 0 <= rank < size:
        raise ValueError(
            f"`process_id` of {size} processes is from 0 to {size - 1}, got {rank}. Give it here, or by "
            "KERAS_DISTRIBUTION_PROCESS_ID."
        )
    if len(addresses) > 1 and len(addresses) != size:
        raise ValueError(f"`job_addresses` has {len(addresses)} addresses for {size} processes: {given}.")
    if not addresses:
        raise ValueError(
            f"Process {rank} of {size} needs the address of rank 0, as host:port. Give it by `job_addresses`, or by "
            "KERAS_DISTRIBUTION_JOB_ADDRESSES."
        )
    if not addresses[0].rpartition(":")[2].isdigit() or ":" not in addresses[0]:
        raise ValueError(f"The address of rank 0 is host:port, got {addresses[0]!r} (process {rank} of {size}).")
    if job.local_rank is not None:
        os.environ.setdefault("LOCAL_RANK", str(job.local_rank))  # by which engines choose the process's device
    engine = engine_of(backend.active())
    engine.join(addresses[0], size, rank, timeout)
    mine = hashlib.sha256(repr([stream.bit_generator.state for stream in random.streams()]).encode()).digest()
    said = engine.exchange(mine + secrets.randbits(31).to_bytes(4, "big"))
    if any(one[:32] != said[0][:32] for one in said):
        random.set_random_seed(int.from_bytes(said[0][32:], "big"))
