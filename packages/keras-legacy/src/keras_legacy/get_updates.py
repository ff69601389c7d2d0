"""Optimizers written for Keras 2: subclasses that define `get_updates(loss, params)` and nothing newer."""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING, Any

from keras_core import Trace, Variable, ops

from keras_legacy.slots import Slots

if TYPE_CHECKING:
    from collections.abc import Sequence

    from keras_core.typing import Tensor


class LossOfStep:
    """Stands for the loss in a step of training, where its gradients are known already.

    Args:
        gradients: the gradients.
        variables: the variables by which they are.
    """

    def __init__(self, gradients: Sequence[Tensor], variables: Sequence[Variable]) -> None:
        self._found = dict(zip(variables, gradients, strict=True))

    def step_gradients(self, variables: Sequence[Variable]) -> list[Tensor]:
        """The gradients by some of the variables.

        Raises:
            ValueError: for one that the step does not train.
        """
        for variable in variables:
            if variable not in self._found:
                raise ValueError(
                    f"get_updates() asked for the gradient by {getattr(variable, 'path', variable)!r}, which this step "
                    f"does not train. It trains {', '.join(one.path for one in self._found)}."
                )
        return [self._found[variable] for variable in variables]


class GetUpdatesAdapter:
    """Runs an optimizer's own `get_updates` as its step.

    Where it asks for the gradients of the loss it is given those at hand, what it makes by `K.zeros` or
    `K.variable` is made once, and `K.update` assigns at once; pairs (variable, value) in the list that it returns are
    assigned after that. It may call the `get_updates` of its base class, or of another optimizer that it holds.

    Args:
        optimizer: an optimizer whose class has `get_updates`.

    Attributes:
        counts_steps: whether `get_updates` moves the optimizer's counter itself.
    """

    def __init__(self, optimizer: Any) -> None:
        self.optimizer = optimizer
        self.counts_steps = False
        self._slots = Slots()

    def make_slots(self, variables: Sequence[Variable]) -> list[Variable]:
        """What `get_updates` makes for these variables, found by a run whose results are dropped."""
        if variables:
            with Trace(variables[0].backend) as trace:
                trace.creating = True
                self.run([ops.zeros_like(variable) for variable in variables], variables)
            self.counts_steps = self.optimizer.iterations in trace.written
            known = {*variables, *self._slots.variables, *self.optimizer.variables}
            others = [one for one in trace.written if isinstance(one, Variable) and one not in known]
            return [*self._slots.variables, *others]
        return self._slots.variables

    def run(self, gradients: Sequence[Tensor], variables: Sequence[Variable]) -> None:
        """Take one step."""
        with self._slots:
            updates = self._updates(LossOfStep(gradients, variables), list(variables))
        for update in updates or ():
            if isinstance(update, tuple) and len(update) == 2:  # what K.update returns is assigned already
                update[0].assign(update[1])

    def _updates(self, loss: LossOfStep, variables: list[Variable]) -> Any:
        """What `get_updates` returns, whose parameters have the order of Keras 2 or of Keras 1."""
        known: dict[str, Any] = {"loss": loss, "params": variables, "constraints": {}}
        names = [name for name in inspect.signature(self.optimizer.get_updates).parameters if name in known]
        if {"loss", "params"} <= set(names):
            return self.optimizer.get_updates(**{name: known[name] for name in names})
        return self.optimizer.get_updates(loss, variables)
