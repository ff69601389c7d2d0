"""The last call of a training step, Adam's, in the variables' own memory where nobody else can see it.

A program gives new values and leaves the old ones, which somebody may have read. Copying weights and averages first, as
the fused kernel would need it, can take a quarter of a step. So this call stands apart from the program: it takes the
tensors out of their cells, where readers of other threads wait for what is put back, and copies only those to which
anything else refers.
"""

from __future__ import annotations

import dataclasses
import operator
from collections import Counter, deque
from collections.abc import Sequence
from functools import partial
from itertools import chain
from typing import Any

from keras_core.typing import Tensor

from keras_backend_torch.cell import ALONE, UPDATING, Cell, empty, fill, references
from keras_backend_torch.framework import torch
from keras_backend_torch.tracing import Call, Recording, Value, living

aten = torch.ops.aten


@dataclasses.dataclass(frozen=True)
class _Group:
    """Variables of one call of the kernel, with what is the same in every call."""

    cells: list[Cell]
    steps: list[Tensor]
    options: dict[str, Any]

    def call(self, tensors: Sequence[Tensor], gradients: Sequence[Tensor], rate: Tensor) -> partial[Any]:
        """The kernel with its arguments: `tensors` are weights, means and squares, as `cells` are."""
        count = len(self.steps)
        weights, means, squares = (list(tensors[k * count : (k + 1) * count]) for k in range(3))
        kernel = aten._fused_adam_.tensor_lr._op
        return partial(kernel, weights, list(gradients), means, squares, [], self.steps, lr=rate, **self.options)


class Update:
    """What a program left to do: steps of Adam, and the other writes.

    Args:
        groups: the steps of Adam.
        others: cells of the variables that the program has new values of.
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
        asked = sum(len(group.steps) + 1 for group in self._groups)
        values, found = results[: len(self._others)], results[len(results) - asked :]
        old = [cell.value for cell in self._cells]
        with UPDATING:
            try:
                deque(map(empty, self._cells), maxlen=0)
                alone = [count == ALONE for count in references(old)]
                new = [one if mine else one.clone() for one, mine in zip(old, alone, strict=True)]
                calls = map(operator.call, self._calls(new, found))
                writes = map(fill, [*self._others, *self._cells], [*values, *new])
                deque(chain(calls, writes), maxlen=0)  # not even Ctrl-C comes between
            except BaseException:
                deque(map(fill, self._cells, old), maxlen=0)
                raise
        return list(results[len(self._others) : len(results) - asked])

    def _calls(self, tensors: Sequence[Tensor], found: Sequence[Tensor]) -> list[partial[Any]]:
        calls = []
        for group in self._groups:
            count = len(group.steps)
            calls.append(group.call(tensors[: 3 * count], found[:count], found[count]))
            tensors, found = tensors[3 * count :], found[count + 1 :]
        return calls


def apart(recording: Recording) -> tuple[Recording, Update] | None:
    """The recording without its steps of Adam, whose gradients and rates are outputs instead, and what does them.

    None where there are none, where something else needs their results, and on a GPU, where a copy takes no time.
    """
    if any(tensor.device.type != "cpu" for tensor in recording.specs.values()):
        return None
    fused = [call for call in recording.calls if call.kernel is aten._fused_adam_.tensor_lr]
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
    asked = [value for call in fused for value in (*call.args[1], call.kwargs["lr"])]
    outputs = [*recording.outputs, *asked]
    calls = [call for call in recording.calls if call not in fused and new.isdisjoint(call.results)]
    front = dataclasses.replace(
        recording, calls=living(calls, [*outputs, *writes.values()]), writes=writes, outputs=outputs
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


__all__ = ["Update", "apart"]
