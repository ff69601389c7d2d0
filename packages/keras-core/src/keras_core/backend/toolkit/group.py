"""What a backend says of the processes of a job."""

from __future__ import annotations

from typing import Protocol


class Group(Protocol):
    """The processes of a job; each method does what `Distributes` says of its own of this name.

    Attributes:
        rank: which of them this is.
        size: how many there are.
    """

    rank: int
    size: int

    def join(self, address: str | None, size: int, rank: int, timeout: float) -> None: ...
    def exchange(self, message: bytes, timeout: float | None = None) -> list[bytes]: ...
    def tell_failure(self, error: BaseException) -> None: ...
