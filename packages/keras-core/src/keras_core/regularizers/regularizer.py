"""The base class of regularizers."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Self

from keras_core.argument_checks import CheckedArguments

if TYPE_CHECKING:
    from keras_core.typing import Tensor


class Regularizer(CheckedArguments):
    """A penalty on a weight or an output: a callable ``tensor -> scalar`` that joins the loss.

    A subclass defines `__call__`, and `get_config` when it has arguments. Any other callable can be
    given where a regularizer is expected, but only a class with `get_config` can be saved.

    Example:
        >>> from keras_core import ops, regularizers
        >>> class Spread(regularizers.Regularizer):
        ...     def __call__(self, x):
        ...         return 0.1 * ops.std(x)
    """

    def __call__(self, x: Tensor) -> Tensor:
        """The penalty of `x`."""
        raise NotImplementedError(f"{type(self).__name__} must define __call__(x).")

    def get_config(self) -> dict[str, Any]:
        """Arguments that make an equal regularizer."""
        return {}

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Self:
        """A regularizer made from what `get_config` gave."""
        return cls(**config)


def factor(name: str, argument: str, value: Any) -> float:
    """`value` as a finite number that is not negative, None as 0.

    Raises:
        ValueError: for anything else.
    """
    number = 0.0 if value is None else float(value)
    if not 0 <= number < math.inf:
        raise ValueError(f"{name}: {argument} must be a finite number >= 0, got {value!r}.")
    return number
