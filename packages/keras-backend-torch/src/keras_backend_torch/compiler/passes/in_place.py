"""Updating variables in place in the last call of a training step, Adam's, where no alias of their memory exists.

A program computes new values and keeps the old ones, which a caller may have read. Copying weights and averages first,
as the fused kernel requires, can take a quarter of a step. So this call is split from the program: it takes the tensors
out of their cells, where readers in other threads wait for the new ones, and copies only those that are referred to
from elsewhere.
"""

from __future__ import annotations

import dataclasses
from collections import Counter
from functools import partial
from typing import TYPE_CHECKING, Any

from keras_core.backend.toolkit import update_tables

from keras_backend_torch.compiler.recording import Call, Recording, Value, live_calls
from keras_backend_torch.framework import FUSED_ADAM, builtin_of, torch
from keras_backend_torch.storage import Cell, alone

if TYPE_CHECKING:
    from collections.abc import Sequence

    from keras_core.typing import Tensor

aten = torch.ops.aten

_fused_adam = builtin_of(FUSED_ADAM)


@dataclasses.dataclass(frozen=True)
class _Group:
    """Variables of one call of the kernel, with the arguments that are the same in every call."""

    cells: list[Cell]
    steps: list[Tensor]
    options: dict[str, Any]

    def call(self, tensors: Sequence[Tensor], gradients: Sequence[Tensor], rate: Tensor) -> partial[Any]:
        """The kernel with its arguments.

        Args:
            tensors: weights, means and squares, in the order of `cells`.
            gradients: one for each weight.
            rate: a scalar.
        """
        count = len(self.steps)
        weights, means, squares = (list(tensors[k * count : (k + 1) * count]) for k in range(3))
        return partial(_fused_adam, weights, list(gradients), means, squares, [], self.steps, lr=rate, **self.options)


class Update:
    """The writes of a program: steps of Adam, and new values of other variables.

    Args:
        groups: the steps of Adam.
        others: cells of the variables whose new values the program computes.
    """

    def __init__(self, groups: Sequence[_Group], others: Sequence[Cell]) -> None:
        self._groups = list(groups)
        self._cells = [cell for group in groups for cell in group.cells]
        self._others = list(others)

    def __call__(self, *results: Tensor) -> list[Tensor]:
        """Write everything or, on failure, nothing.

        Args:
            results: new values of the others, outputs, then gradients and rate of each group.

        Returns:
            The outputs.
        """
        extra = sum(len(group.steps) + 1 for group in self._groups)
        values, found = results[: len(self._others)], results[len(results) - extra :]

        def change(old: list[Tensor]) -> tuple[list[partial[Any]], list[Tensor]]:
            new = [one if mine else one.clone() for one, mine in zip(old, alone(old), strict=True)]
            return self._calls(new, found), new

        update_tables(self._cells, change, self._others, values)
        return list(results[len(self._others) : len(results) - extra])

    def _calls(self, tensors: Sequence[Tensor], found: Sequence[Tensor]) -> list[partial[Any]]:
        calls = []
        for group in self._groups:
            count = len(group.steps)
            calls.append(group.call(tensors[: 3 * count], found[:count], found[count]))
            tensors, found = tensors[3 * count :], found[count + 1 :]
        return calls


def split_update(recording: Recording) -> tuple[Recording, Update] | None:
    """The recording without its steps of Adam, with their gradients and rates as outputs instead, and the update.

    None where there is no such step, where another call uses its results, and on a GPU, where copies are cheap.
    """
    if any(tensor.device.type != "cpu" for tensor in recording.fakes.values()):
        return None
    fused = [call for call in recording.calls if call.kernel is FUSED_ADAM]
    if not fused or sum(call.mutates for call in recording.calls) > len(fused):
        return None
    written = {value: variable for variable, value in recording.writes.items()}
    copies = {call.results[0]: call for call in recording.calls if call.kernel is aten.clone.default}
    uses = Counter(value for call in recording.calls for value in call.uses())
    uses.update(recording.outputs)
    for value in (new for call in fused for new in _new_values(call)):
        variable = written.get(value)
        source = copies[value].args[0] if value in copies else None
        if uses[value] > 1 or variable is None or recording.reads.get(variable) != source:
            return None
    groups = [_group(call, recording, written) for call in fused]
    new = {value for call in fused for value in _new_values(call)}
    writes = {variable: value for variable, value in recording.writes.items() if value not in new}
    extra = [value for call in fused for value in (*call.args[1], call.kwargs["lr"])]
    outputs = [*recording.outputs, *extra]
    calls = [call for call in recording.calls if call not in fused and new.isdisjoint(call.results)]
    front = dataclasses.replace(
        recording, calls=live_calls(calls, [*outputs, *writes.values()]), writes=writes, outputs=outputs
    )
    return front, Update(groups, [variable.storage for variable in writes])


def _new_values(call: Call) -> list[Value]:
    """Weights, means and squares that the kernel writes into."""
    weights, _, means, squares, *_ = call.args
    return [*weights, *means, *squares]


def _group(call: Call, recording: Recording, written: dict[Value, Any]) -> _Group:
    options = {name: value for name, value in call.kwargs.items() if name != "lr"}
    steps = [recording.constants[value] for value in call.args[5]]
    return _Group([written[value].storage for value in _new_values(call)], steps, options)


__all__ = ["Update", "split_update"]
