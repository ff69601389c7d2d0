"""What a launcher has told a process about the job that it belongs to."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True)
class Job:
    """The processes of a job, as one of them sees it.

    Attributes:
        address: "host:port" of rank 0; None where nobody said.
        size: how many processes there are; None where nobody said.
        rank: which of them this is; None where nobody said.
    """

    address: str | None = None
    size: int | None = None
    rank: int | None = None


def job_from(environment: Mapping[str, str] | None = None) -> Job:
    """The job that environment variables tell of.

    ``KERAS_DISTRIBUTION_JOB_ADDRESSES``, ``KERAS_DISTRIBUTION_NUM_PROCESSES`` and ``KERAS_DISTRIBUTION_PROCESS_ID`` are
    Keras 3's.

    Args:
        environment: the variables; those of the process by default.

    Raises:
        ValueError: for a number that is none.
    """
    given = os.environ if environment is None else environment
    return Job(
        given.get("KERAS_DISTRIBUTION_JOB_ADDRESSES") or None,
        _number(given, "KERAS_DISTRIBUTION_NUM_PROCESSES"),
        _number(given, "KERAS_DISTRIBUTION_PROCESS_ID"),
    )


def _number(given: Mapping[str, str], name: str) -> int | None:
    text = given.get(name)
    if not text:
        return None
    try:
        return int(text)
    except ValueError:
        raise ValueError(f"The environment variable {name} is a number, got {text!r}.") from None
