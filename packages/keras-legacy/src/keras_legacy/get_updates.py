"""Optimizers written for Keras 2: subclasses that define `get_updates(loss, params)` and nothing newer."""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING, Any

from keras_core import Trace, Variable, ops

from keras_legacy.slots import Slots

if TYPE_CHECKING:
    from collections.abc import Sequence

    from keras_core.typing import Tensor


class GetUpdatesAdapter:
    """Runs an optimizer's own `get_updates` as its step.

    Where it asks for the gradients of the loss it is given those at hand, what it makes by `K.zeros` or
    `K.variable` is made once, and `K.update` assigns at once; pairs (variable, value) in the list that it returns are
    assigned after that.

    Args:
        optimizer: an optimizer whose class has `get_updates`.

    Attributes:
        gradients: those at hand, while `get_updates` runs.
        counts_steps: whether `get_updates` moves the optimizer's counter itself.
    """

    def __init__(self, optimizer: Any) -> None:
        self.optimizer = optimizer
        self.gradients: list[Tensor] | None = None
        self.counts_steps = False
        self._slots = Slots()

    def make_slots(self, variables: Sequence[Variable]) -> list[Variable]:
        """What `get_updates` makes for these variables, found by a run whose results are dropped."""
        if variables:
            with Trace(variables[0].backend) as trace:
                trace.creating = True
                self.run([ops.zeros_like(variable) for variable in variables], variables)
            self.counts_steps = self.optimizer.iterations in trace.written
        return self._slots.variables

    def run(self, gradients: Sequence[Tensor], variables: Sequence[Variable]) -> None:
        """Take one step."""
        self.gradients = list(gradients)
        try:
            with self._slots:
                updates = self._updates(list(variables))
        finally:
            self.gradients = None
        for update in updates or ():
            if isinstance(update, tuple) and len(update) == 2:  # what K.update returns is assigned already
                update[0].assign(update[1])

    def _updates(self, variables: list[Variable]) -> Any:
        """What `get_updates` returns, whose parameters have the order of Keras 2 or of Keras 1."""
        known: dict[str, Any] = {"loss": None, "params": variables, "constraints": {}}
        names = [name for name in inspect.signature(self.optimizer.get_updates).parameters if name in known]
        if {"loss", "params"} <= set(names):
            return self.optimizer.get_updates(**{name: known[name] for name in names})
        return self.optimizer.get_updates(None, variables)
