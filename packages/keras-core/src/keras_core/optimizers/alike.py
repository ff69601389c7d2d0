"""Updating variables of one shape together, where a backend gains from it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

from keras_core.backend.optional_protocols import MapsAlike
from keras_core.staging.trace import Trace

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from keras_core.optimizers.gradients import Pairs
    from keras_core.staging.variable import Variable
    from keras_core.typing import Tensor

_FEW = 4
"""Variables of one kind from which on they are updated together: fewer are as fast one after the other."""


class UpdatesElementwise(Protocol):
    """What is used of an optimizer."""

    elementwise: bool

    def decay_and_update(self, gradient: Tensor, variable: Variable, rate: Tensor) -> None:
        """Assign a variable and its slots their new values."""

    def weight_decay_of(self, variable: Variable) -> float | None:
        """By what times the learning rate a step shrinks a variable."""

    def slots_by_variable(self) -> Mapping[Variable, Sequence[Variable]]:
        """What the method keeps for each variable."""


def update_alike(optimizer: Any, pairs: Pairs, rate: Tensor, trace: Trace) -> Pairs:
    """Update those variables of which there are several alike; the other pairs are returned.

    Alike are those of one shape and dtype that are shrunk alike and have slots alike. The optimizer updates one of them
    in a trace where it, its slots and its gradient have the values of each in turn, or those of all, joined.

    Args:
        optimizer: an `UpdatesElementwise`.
        pairs: gradients and variables.
        rate: the learning rate.
        trace: the trace of the step.
    """
    backend = trace.backend
    if not optimizer.elementwise or len(pairs) < _FEW or not isinstance(backend, MapsAlike):
        return pairs
    slots = optimizer.slots_by_variable()
    groups: dict[Any, Pairs] = {}
    alone: Pairs = []
    for gradient, variable in pairs:
        if not backend.is_tensor(gradient) or not variable.ndim or variable.layout is not None:
            alone.append((gradient, variable))
            continue
        kinds = [(one.shape, one.dtype) for one in (variable, *slots.get(variable, ()))]
        given = tuple(backend.shape(gradient)), backend.dtype(gradient)
        kind = (*kinds, given, optimizer.weight_decay_of(variable))
        groups.setdefault(kind, []).append((gradient, variable))
    for kind, group in groups.items():
        fits = len(group) >= _FEW and all(shape == kind[0][0] for shape, _ in kind[:-1])
        if fits:
            _update(optimizer, group, [[one, *slots.get(one, ())] for _, one in group], rate, backend)
        else:
            alone += group
    return alone


def _update(
    optimizer: UpdatesElementwise, group: Pairs, owned: Sequence[Sequence[Variable]], rate: Tensor, backend: Any
) -> None:
    first, *_ = owned
    changed: list[int] = []

    def update(gradient: Tensor, *values: Tensor) -> list[Tensor]:
        with Trace(backend, first, dict(zip(first, values, strict=True))) as inner:
            inner.joined = True
            optimizer.decay_and_update(gradient, first[0], rate)
        changed[:] = [position for position, one in enumerate(first) if one in inner.written]
        return [inner.written[first[position]] for position in changed]

    given = [[gradient, *(one.value for one in some)] for (gradient, _), some in zip(group, owned, strict=True)]
    for some, results in zip(owned, backend.map_alike(update, given), strict=True):
        for position, value in zip(changed, results, strict=True):
            some[position].assign(value)


__all__ = ["UpdatesElementwise", "update_alike"]
