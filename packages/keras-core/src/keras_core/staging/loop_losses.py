"""Losses that layers add in the steps of a loop that just runs, outside of a compiled program."""

from __future__ import annotations

from contextvars import ContextVar, Token
from typing import TYPE_CHECKING, Any

from keras_core.staging.pure import scalar_loss
from keras_core.staging.trace import active_trace

if TYPE_CHECKING:
    from keras_core.backend.protocol import Backend

#: Where losses go that are added in the steps of the loop in progress.
_ACTIVE: ContextVar[LoopLosses | None] = ContextVar("keras_loop_losses", default=None)


class LoopLosses:
    """Inside, losses are gathered; at the end each owner adds the sum of its own, as in a compiled loop.

    Args:
        backend: whose tensors the losses are.
    """

    def __init__(self, backend: Backend) -> None:
        self.losses: list[tuple[Any, Any]] = []
        self._backend = backend
        self._trace = active_trace()
        self._token: Token[LoopLosses | None] | None = None

    def __enter__(self) -> LoopLosses:
        self._token = _ACTIVE.set(self)
        return self

    def __exit__(self, kind: type[BaseException] | None, *error: object) -> None:
        assert self._token is not None
        _ACTIVE.reset(self._token)
        if kind is not None:
            return
        totals: dict[Any, Any] = {}
        for owner, loss in self.losses:
            one = scalar_loss(loss, self._backend)
            totals[owner] = one if owner not in totals else self._backend.ops["add"](totals[owner], one)
        for owner, total in totals.items():
            owner.add_loss(total)

    @property
    def collects(self) -> bool:
        """Whether losses added now are those of the loop, and not of a trace in one of its steps."""
        return self._trace is active_trace()


def active_loop_losses() -> LoopLosses | None:
    """The losses of the loop in whose step this is, or None."""
    found = _ACTIVE.get()
    return found if found is not None and found.collects else None
