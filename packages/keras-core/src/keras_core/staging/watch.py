"""Finding the first value of a function that is not finite."""

from __future__ import annotations

from contextvars import ContextVar, Token
from typing import TYPE_CHECKING, Any

from keras_core.staging.trace import active_trace

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from keras_core.typing import Tensor

#: Notes whether what layers and gradients give is finite.
_ACTIVE: ContextVar[Watch | None] = ContextVar("keras_watch", default=None)


class Watch:
    """Notes in order whether values are finite, inside of its scope and of the same trace.

    What is computed in the body of a loop or a branch is not noted, since its values cannot leave it: what the loop
    gives is.

    Args:
        finite: gives a scalar for a list of tensors, 1.0 where all numbers in them are finite and else 0.0; None where
            there are none.
        gradients: whether gradients are looked at.

    Attributes:
        names: what was noted, in words.
        flags: what `finite` gave for each.
    """

    def __init__(self, finite: Callable[[Sequence[Any]], Tensor | None], gradients: bool = True) -> None:
        self.names: list[str] = []
        self.flags: list[Tensor] = []
        self.gradients = gradients
        self._finite = finite
        self._trace = active_trace()
        self._token: Token[Watch | None] | None = None

    def __enter__(self) -> Watch:
        self._token = _ACTIVE.set(self)
        return self

    def __exit__(self, *exc: object) -> None:
        assert self._token is not None
        _ACTIVE.reset(self._token)

    @property
    def is_of_this_trace(self) -> bool:
        """Whether values that are computed now can be noted."""
        return self._trace is active_trace()

    def record(self, name: str, tensors: Sequence[Any]) -> None:
        """Note whether tensors are finite.

        Args:
            name: what they are, for messages.
            tensors: the tensors.
        """
        flag = self._finite(tensors) if self.is_of_this_trace else None
        if flag is not None:
            self.names.append(name)
            self.flags.append(flag)

    def inside(self) -> Watch:
        """Another one, for the trace that was opened in the scope of this one."""
        return Watch(self._finite, self.gradients)

    def extend(self, names: Sequence[str], flags: Sequence[Tensor]) -> None:
        """Add what another one noted, with its flags as they are outside of its trace."""
        self.names += names
        self.flags += flags


def active_watch() -> Watch | None:
    """The one in whose scope, and in whose trace, this is."""
    found = _ACTIVE.get()
    return found if found is not None and found.is_of_this_trace else None
