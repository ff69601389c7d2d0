"""Update: an assignment that waits for its values."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from keras_core.staging.variable import Variable


class Update:
    """A change of variables by values that may still be symbolic, as Keras 2's `K.update` returns it.

    Args:
        assign: called with the values when they are known.
        values: KerasTensors or tensors.
        writes: the variables that `assign` assigns.
    """

    def __init__(self, assign: Callable[..., Any], values: Sequence[Any], writes: Sequence[Variable]) -> None:
        self.assign = assign
        self.values = list(values)
        self.writes = list(writes)

    def run(self, values: Sequence[Any] | None = None) -> None:
        """Assign, by `values` in place of the own ones where these were symbolic."""
        self.assign(*(self.values if values is None else values))
