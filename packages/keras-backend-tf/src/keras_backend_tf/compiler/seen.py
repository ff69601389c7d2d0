"""What is in a program that is being traced, as far as it says whether XLA should compile it."""

from __future__ import annotations

from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


@dataclass
class Seen:
    """What is in a program.

    Attributes:
        gradients: whether it computes gradients.
        reductions: whether it reduces tensors over processes, which XLA does not compile on a CPU.
    """

    gradients: bool = False
    reductions: bool = False


#: Told what a program does while it is traced: loops without gradients are compiled sooner.
_SEEN: ContextVar[Seen | None] = ContextVar("keras_tf_seen", default=None)


def note_gradient() -> None:
    """Remember that the program being traced computes gradients: only training repays compiling by XLA."""
    seen = _SEEN.get()
    if seen is not None:
        seen.gradients = True


def note_reduction() -> None:
    """Remember that the program being traced reduces over processes."""
    seen = _SEEN.get()
    if seen is not None:
        seen.reductions = True


@contextmanager
def noted() -> Iterator[Seen]:
    """Inside, `note_gradient` and `note_reduction` tell what is yielded."""
    seen = Seen()
    token = _SEEN.set(seen)
    try:
        yield seen
    finally:
        _SEEN.reset(token)
