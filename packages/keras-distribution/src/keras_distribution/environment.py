"""What a launcher has told a process about the job that it belongs to."""

from __future__ import annotations

import json
import os
import re
from dataclasses import dataclass
from importlib.resources import files
from typing import TYPE_CHECKING, Any, TypedDict

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    Environment = Mapping[str, str]


class Launcher(TypedDict):
    """A launcher and its variables: "size", "rank", perhaps "local_rank", and an "address" or "host" and "port"."""

    name: str
    variables: dict[str, str]


@dataclass(frozen=True)
class Job:
    """The processes of a job, as one of them sees it.

    Attributes:
        address: "host:port" of rank 0; None where nobody said.
        size: how many processes there are; None where nobody said.
        rank: which of them this is; None where nobody said.
        local_rank: which of those on this machine this is; None where nobody said.
    """

    address: str | None = None
    size: int | None = None
    rank: int | None = None
    local_rank: int | None = None


def job_from(environment: Mapping[str, str] | None = None) -> Job:
    """The job that environment variables tell of.

    These are asked in order, and the first that tell of a job are taken: Keras 3's
    (``KERAS_DISTRIBUTION_JOB_ADDRESSES``, ``KERAS_DISTRIBUTION_NUM_PROCESSES``, ``KERAS_DISTRIBUTION_PROCESS_ID``),
    those of torchrun, which Ray Train sets as well (``MASTER_ADDR``, ``MASTER_PORT``, ``WORLD_SIZE``, ``RANK``,
    ``LOCAL_RANK``), JAX's (``JAX_COORDINATOR_ADDRESS``, ``JAX_NUM_PROCESSES``, ``JAX_PROCESS_ID``), ``TF_CONFIG``, and
    those of Open MPI and SLURM, in whose jobs the others may have been started.

    Args:
        environment: the variables; those of the process by default.

    Returns:
        The job; nothing is said in it where there are no such variables.

    Raises:
        ValueError: for a number that is none, for a launcher's variables of which some are missing, and for launchers
            that tell of different jobs.

    Example:
        >>> from keras_distribution.environment import job_from
        >>> job_from({"RANK": "1", "WORLD_SIZE": "2", "MASTER_ADDR": "10.0.0.1", "MASTER_PORT": "29500"}).address
        '10.0.0.1:29500'
    """
    given = os.environ if environment is None else environment
    found = {who: job for who, read in _LAUNCHERS.items() if (job := read(given)) is not None}
    if not found:
        return Job()
    inner = {who: job for who, job in found.items() if who not in _AROUND}
    first = next(iter(inner or found))
    for who, job in inner.items():
        for field in ("size", "rank"):
            here, there = getattr(found[first], field), getattr(job, field)
            if None not in (here, there) and here != there:
                raise ValueError(
                    f"The environment variables of {first} and of {who} tell of different jobs: {field} {here} and "
                    f"{there}. Unset those of the one that did not start this process."
                )
    return found[first]


def _of_keras(given: Environment) -> Job | None:
    job = Job(
        given.get("KERAS_DISTRIBUTION_JOB_ADDRESSES") or None,
        _number(given, "KERAS_DISTRIBUTION_NUM_PROCESSES"),
        _number(given, "KERAS_DISTRIBUTION_PROCESS_ID"),
    )
    return None if job == Job() else job


def _by_names(launcher: Launcher) -> Callable[[Environment], Job | None]:
    """Reads the variables of a launcher that sets one for each fact."""
    who, names = launcher["name"], launcher["variables"]
    places = [names[key] for key in ("address", "host", "port") if key in names]

    def read(given: Environment) -> Job | None:
        asked = [names["size"], names["rank"], *(places if "address" in names else ())]
        if not any(given.get(name) for name in asked):
            return None
        _need(who, given, asked, names.values())
        size, rank = _number(given, names["size"]), _number(given, names["rank"])
        address = None
        if size != 1:
            _need(who, given, places, names.values())
            address = given[names["address"]] if "address" in names else None
            if address is None:
                address = _host_port(given[names["host"]], _number(given, names["port"]))
        local = _number(given, names["local_rank"]) if "local_rank" in names else None
        return _checked(Job(address, size, rank, local), names["size"], names["rank"])

    return read


def _of_cluster(given: Environment) -> Job | None:
    """The workers of ``TF_CONFIG``, a chief before the others; evaluators and servers of parameters are no part."""
    text = given.get("TF_CONFIG")
    if not text:
        return None
    example = '{"cluster": {"worker": ["10.0.0.1:2222", "10.0.0.2:2222"]}, "task": {"type": "worker", "index": 0}}'
    try:
        found = json.loads(text)
        cluster: dict[str, Any] = found["cluster"]
        kind, index = found["task"]["type"], int(found["task"]["index"])
        workers = [*cluster.get("chief", []), *cluster.get("worker", [])]
        before = len(cluster.get("chief", [])) if kind == "worker" else 0
        if kind not in ("chief", "worker") or not 0 <= index < len(cluster[kind]):
            raise ValueError(f"task {kind} {index} is not in the cluster")
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise ValueError(
            f"The environment variable TF_CONFIG names the workers and which of them this is, as {example}; got "
            f"{text!r} ({type(error).__name__}: {error})."
        ) from None
    return Job(str(workers[0]), len(workers), before + index)


def _of_open_mpi(given: Environment) -> Job | None:
    if not given.get("OMPI_COMM_WORLD_SIZE"):
        return None
    _need("Open MPI", given, _MPI, _MPI)
    size = _number(given, "OMPI_COMM_WORLD_SIZE")
    rank, local = _number(given, "OMPI_COMM_WORLD_RANK"), _number(given, "OMPI_COMM_WORLD_LOCAL_RANK")
    address = None
    launcher = given.get("OMPI_MCA_orte_hnp_uri", "")
    host = re.search(r"tcp://([^,:;]+)|tcp6://\[([^,\]]+)", launcher)
    number = re.match(r"\d+", launcher)
    if given.get("MASTER_ADDR"):
        address = _host_port(given["MASTER_ADDR"], _number(given, "MASTER_PORT") or _port(0))
    elif host and number:
        address = _host_port(host[1] or host[2], _port(int(number[0])))
    elif size is not None and size == _number(given, "OMPI_COMM_WORLD_LOCAL_SIZE"):
        address = _host_port("127.0.0.1", _port(os.getppid()))
    elif size != 1:
        raise ValueError(
            "Open MPI does not say where rank 0 is: set MASTER_ADDR and MASTER_PORT for all processes, as by "
            "mpirun -x MASTER_ADDR=10.0.0.1 -x MASTER_PORT=29500."
        )
    return _checked(Job(address, size, rank, local), "OMPI_COMM_WORLD_SIZE", "OMPI_COMM_WORLD_RANK")


def _of_slurm(given: Environment) -> Job | None:
    """The tasks of a step: what srun starts. The script of a job is none of them, however many it has asked for."""
    if not given.get("SLURM_STEP_NUM_TASKS"):
        return None
    _need("SLURM", given, _SLURM[:3], _SLURM)
    size, rank = _number(given, "SLURM_STEP_NUM_TASKS"), _number(given, "SLURM_PROCID")
    host = given.get("MASTER_ADDR")
    if not host:
        _need("SLURM", given, _SLURM, _SLURM)
        host = first_node(given["SLURM_STEP_NODELIST"])
    port = _number(given, "MASTER_PORT") or _port(_number(given, "SLURM_JOB_ID") or 0)
    job = Job(_host_port(host, port), size, rank, _number(given, "SLURM_LOCALID"))
    return _checked(job, "SLURM_STEP_NUM_TASKS", "SLURM_PROCID")


_MPI = ("OMPI_COMM_WORLD_SIZE", "OMPI_COMM_WORLD_RANK")
_SLURM = ("SLURM_STEP_NUM_TASKS", "SLURM_PROCID", "SLURM_JOB_ID", "SLURM_STEP_NODELIST")

_BY_NAMES: list[Launcher] = json.loads(files(__package__).joinpath("launchers.json").read_text(encoding="utf-8"))
"""Launchers and frameworks that set one variable for each fact."""

_LAUNCHERS: Mapping[str, Callable[[Environment], Job | None]] = {
    "Keras": _of_keras,
    **{launcher["name"]: _by_names(launcher) for launcher in _BY_NAMES},
    "TF_CONFIG": _of_cluster,
    "Open MPI": _of_open_mpi,
    "SLURM": _of_slurm,
}

_AROUND = frozenset({"Open MPI", "SLURM"})
"""In whose jobs other launchers may start processes, of which these say nothing."""


def first_node(nodes: str) -> str:
    """The first machine of a list as SLURM writes them.

    Args:
        nodes: such as "node[003-005,7],other".

    Example:
        >>> from keras_distribution.environment import first_node
        >>> first_node("node[003-005,7]-ib,other"), first_node("a,b")
        ('node003-ib', 'a')
    """
    match = re.match(r"([^,\[]+)(?:\[(\d+)[^\]]*\])?([^,\[]*)", nodes)
    return nodes if match is None else "".join(part or "" for part in match.groups())


def _port(number: int) -> int:
    """A port of those that are free for any use, the same in all processes of a job and another in most other jobs."""
    return 61440 + number % 4096


def _host_port(host: str, port: int | None) -> str:
    return f"[{host}]:{port}" if ":" in host and not host.startswith("[") else f"{host}:{port}"


def _checked(job: Job, size: str, rank: str) -> Job:
    """The job, if its numbers fit each other.

    Raises:
        ValueError: names the variables that they come from.
    """
    if job.size is None or job.rank is None or job.size < 1 or not 0 <= job.rank < job.size:
        raise ValueError(
            f"The environment variables {rank}={job.rank} and {size}={job.size} do not fit each other: ranks are "
            "numbered from 0 to the number of processes - 1."
        )
    return job


def _need(who: str, given: Environment, names: Iterable[str], known: Iterable[str]) -> None:
    """Raise ValueError where one of these variables is not set.

    Args:
        who: the launcher, for the message.
        given: the environment.
        names: what has to be set.
        known: all that the launcher sets; those that are there are in the message.
    """
    missing = [name for name in names if not given.get(name)]
    if missing:
        there = ", ".join(f"{name}={given[name]}" for name in known if given.get(name))
        raise ValueError(
            f"The environment is that of {who} ({there}), but {' and '.join(missing)} "
            f"{'is' if len(missing) == 1 else 'are'} missing. Start the processes by the launcher, set what is "
            "missing, or give initialize() its arguments."
        )


def _number(given: Environment, name: str) -> int | None:
    text = given.get(name)
    if not text:
        return None
    try:
        return int(text)
    except ValueError:
        raise ValueError(f"The environment variable {name} is a number, got {text!r}.") from None
