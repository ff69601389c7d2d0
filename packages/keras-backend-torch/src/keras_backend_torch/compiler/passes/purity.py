"""Which calls a pass may move, merge or drop, and helpers that passes share."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from keras_backend_torch.compiler.recording import Call, Recording, Value
from keras_backend_torch.framework import storage_id, torch, without_modes

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from keras_core.typing import Tensor


class PureCalls:
    """Tells which calls depend on nothing but their arguments, in memory that no call writes into.

    Args:
        recording: whose calls.
    """

    def __init__(self, recording: Recording) -> None:
        self._fakes = recording.fakes
        mutating = [call for call in recording.calls if call.mutates]
        self._written = {storage_id(recording.fakes[value]) for call in mutating for value in call.uses()}

    def __call__(self, call: Call) -> bool:
        if call.mutates or not is_pure(call.kernel):
            return False
        if not self._written:
            return True
        values = [*call.uses(), *(value for value in call.results if value is not None)]
        return self._written.isdisjoint(storage_id(self._fakes[value]) for value in values)


@cache
def is_pure(kernel: Any) -> bool:
    """Whether what a kernel computes depends on nothing but its arguments, if it writes into none of them.

    Args:
        kernel: the kernel; None for control flow.
    """
    return kernel is not None and kernel.namespace == "aten" and torch.Tag.nondeterministic_seeded not in kernel.tags


def renamed(calls: Sequence[Call], names: dict[Value, Value]) -> list[Call]:
    """The calls with other Values in place of some of their arguments.

    Args:
        calls: calls in order.
        names: the Values to replace, and by which.
    """
    return [call.renamed(names) for call in calls] if names else list(calls)


def use_counts(calls: Sequence[Call], live_out: set[Value]) -> dict[Value, int]:
    """How often each Value is used.

    Args:
        calls: calls in order.
        live_out: Values that are used once more, in the end.
    """
    counts: dict[Value, int] = dict.fromkeys(live_out, 1)
    for call in calls:
        for value in call.uses():
            counts[value] = counts.get(value, 0) + 1
    return counts


def new_value(recording: Recording, fake: Tensor) -> Value:
    """A Value that the recording did not have.

    Args:
        recording: gets the Value's fake tensor.
        fake: that tensor.
    """
    value = Value(1 + next(reversed(recording.fakes)).number)  # they are in order
    recording.fakes[value] = fake
    return value


def new_view(recording: Recording, value: Value, view: Callable[[Any], Any]) -> Value:
    """A new Value that shares memory with another.

    Args:
        recording: gets the new Value's fake tensor.
        value: the other Value.
        view: from its fake tensor to the new one's.
    """
    with without_modes(), torch.no_grad():
        return new_value(recording, view(recording.fakes[value]))


__all__ = ["PureCalls", "is_pure", "new_value", "new_view", "renamed", "use_counts"]
