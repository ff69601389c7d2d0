"""Optimizers whose step is Keras 2's `get_updates`, run by an adapter that another package contributes."""

from __future__ import annotations

from functools import lru_cache
from importlib.metadata import entry_points
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from keras_core.staging.variable import Variable
    from keras_core.typing import Tensor

GROUP = "keras.legacy"
"""The entry point group of packages that keep code written for older Keras working."""

ENTRY_POINT = "get_updates"
"""The entry point in that group that names a callable ``(optimizer) -> UpdateAdapter``."""


class UpdateAdapter(Protocol):
    """Takes the steps of an optimizer in place of its `update_step`.

    The loss that it hands to `get_updates` has no value: its method ``step_gradients(variables)`` gives the gradients
    of the step in progress, as `Optimizer.get_gradients` and symbolic gradients of it do.

    Attributes:
        counts_steps: whether a step also increments the optimizer's `iterations`.
    """

    counts_steps: bool

    def make_slots(self, variables: Sequence[Variable]) -> list[Variable]:
        """Make the optimizer's state for these variables and return it, in the order in which it is saved."""
        ...

    def run(self, gradients: Sequence[Tensor], variables: Sequence[Variable]) -> None:
        """Take one step: assign the variables, inside the active Trace."""
        ...


def is_of_step(loss: object) -> bool:
    """Whether a loss is what an adapter hands to `get_updates` in a step of training."""
    return hasattr(loss, "step_gradients")


def update_adapter(optimizer: object) -> UpdateAdapter:
    """The adapter for an optimizer whose steps are its `get_updates`.

    Args:
        optimizer: the optimizer.

    Raises:
        ModuleNotFoundError: when no installed package contributes one; it names the package that does.
    """
    make = _factory()
    if make is None:
        raise ModuleNotFoundError(
            f"Optimizer {type(optimizer).__name__} defines get_updates() or get_gradients(), as in Keras 2, and no "
            "newer update_step(): it needs the package keras-legacy. Install it (pip install keras-legacy), or define "
            "update_step(self, gradient, variable, learning_rate)."
        )
    return make(optimizer)


@lru_cache(maxsize=1)
def _factory() -> Callable[[Any], UpdateAdapter] | None:
    for point in entry_points(group=GROUP, name=ENTRY_POINT):
        found: Callable[[Any], UpdateAdapter] = point.load()
        return found
    return None
