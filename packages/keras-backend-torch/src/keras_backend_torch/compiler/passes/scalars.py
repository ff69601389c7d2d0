"""Calls that can be made once for many steps: elementwise ones of scalars, as one call on vectors of these."""

from __future__ import annotations

from typing import TYPE_CHECKING

from keras_backend_torch.compiler.passes.purity import PureCalls
from keras_backend_torch.compiler.recording import Call, Recording, divided, kernel_name
from keras_backend_torch.framework import torch

if TYPE_CHECKING:
    from keras_backend_torch.compiler.recording import Value

aten = torch.ops.aten


def without_scalars(recording: Recording) -> tuple[list[Call], list[Call]]:
    """The calls of each of several steps, and those that can be made for all together after the last.

    The latter are elementwise calls of scalars, and stacks of these, on which nothing in a later step depends: the
    results of metrics, whose state is a few numbers. They can be given a vector, of the values in each step, for each
    scalar. Results of a larger state are computed in each step.

    Args:
        recording: a step.
    """
    pure, written = PureCalls(recording), {*recording.writes.values()}
    used = {value for call in recording.calls for value in call.uses()}
    apart = {
        call
        for call in recording.calls
        if call.single and pure(call) and call.results[0] not in written and _is_of_scalars(call, recording, used)
    }
    rest = [call for call in recording.calls if call not in apart]
    made = {value for call in rest for value in [*call.results, *call.uses()] if value is not None}
    return divided(recording, [*made, *written])


def _is_of_scalars(call: Call, recording: Recording, used: set[Value]) -> bool:
    """Whether it computes scalars on one device from such of a step; or stacks them, and no call uses the result."""
    fakes, (result,) = recording.fakes, call.results
    given = call.uses()
    if result is None or {fakes[value].device for value in given} != {fakes[result].device}:
        return False
    if any(fakes[value].ndim for value in given) or all(value in recording.constants for value in given):
        return False
    if call.kernel is aten.stack.default:
        return result not in used
    cast = kernel_name(call) == "_to_copy" and [*call.kwargs] == ["dtype"]
    return fakes[result].ndim == 0 and (cast or torch.Tag.pointwise in call.kernel.tags)


__all__ = ["without_scalars"]
