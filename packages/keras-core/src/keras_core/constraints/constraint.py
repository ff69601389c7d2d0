"""The base class of constraints."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

from keras_core.argument_checks import CheckedArguments

if TYPE_CHECKING:
    from keras_core.typing import Tensor


class Constraint(CheckedArguments):
    """A rule that a weight is brought back to after every step: a callable ``tensor -> tensor``.

    A subclass defines `__call__`, and `get_config` when it has arguments. Any other callable can be
    given where a constraint is expected, but only a class with `get_config` can be saved.

    Example:
        >>> from keras_core import constraints, ops
        >>> class Clipped(constraints.Constraint):
        ...     def __call__(self, w):
        ...         return ops.clip(w, -1, 1)
    """

    def __call__(self, w: Tensor) -> Tensor:
        """`w` made to fit."""
        raise NotImplementedError(f"{type(self).__name__} must define __call__(w).")

    def get_config(self) -> dict[str, Any]:
        """Arguments that make an equal constraint."""
        return {}

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Self:
        """A constraint made from what `get_config` gave."""
        return cls(**config)
