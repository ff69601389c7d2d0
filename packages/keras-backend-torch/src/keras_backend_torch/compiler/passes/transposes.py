"""Caching weights as kernels take them, for programs that do not change the weights.

PyTorch's kernels of LSTM and GRU take the transposes of Keras's weights, and its convolutions other axes (see
`kernels.py`). For a batch of one row, transposing takes as long as everything else.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

from keras_backend_torch.compiler.recording import Call, Recording, Value, live_calls
from keras_backend_torch.framework import torch

if TYPE_CHECKING:
    from keras_core.typing import Tensor

aten = torch.ops.aten

Program = Callable[..., "list[Tensor]"]

_SMALL = 1024
"""A matrix of fewer elements is transposed as fast as it is compared."""


class Lifted(NamedTuple):
    """An arrangement of a variable's value.

    Attributes:
        place: of the variable among those that are read.
        of: gives the arrangement of the value that the variable's cell holds.
    """

    place: int
    of: Callable[[Tensor], Tensor]


def lift_transposes(recording: Recording) -> tuple[Recording, list[Lifted]]:
    """The recording with arrangements of variables as additional inputs, its last ones.

    Returns:
        The recording, and what these inputs are.
    """
    makers = {call.results[0]: call for call in recording.calls if call.single}
    places = {value: place for place, value in enumerate(recording.reads.values())}
    variables = list(recording.reads)
    found: dict[Value, Lifted] = {}
    for call in recording.calls:
        source, how = _arranged(call, makers)
        if source is None or source not in places or variables[places[source]] in recording.writes:
            continue
        fake = recording.fakes[source]
        if fake.device.type == "cpu" and fake.dtype is torch.float32 and fake.numel() >= _SMALL:
            found[call.results[0]] = Lifted(places[source], how(variables[places[source]].storage))  # type: ignore[index]
    if not found or any(call.mutates for call in recording.calls):
        return recording, []
    calls = [call for call in recording.calls if not (call.single and call.results[0] in found)]
    calls = live_calls(calls, [*recording.outputs, *recording.writes.values()])
    return dataclasses.replace(recording, calls=calls, inputs=[*recording.inputs, *found]), list(found.values())


def _arranged(call: Call, makers: dict[Value | None, Call]) -> tuple[Value | None, Callable[[Any], Any]]:
    """The tensor of which a call makes a contiguous copy with other axes, and what a cell does to make it."""
    view = makers.get(call.args[0]) if call.kernel is aten.clone.default else None
    if view is None or call.kwargs.get("memory_format") is not torch.contiguous_format:
        return None, _transpose
    if view.kernel is aten.permute.default:
        return view.args[0], lambda cell: partial(cell.arranged, axes=tuple(view.args[1]))
    if view.kernel is not aten.t.default:
        return None, _transpose
    matrix = makers.get(view.args[0])
    if matrix is None or matrix.kernel is not aten.view.default:
        return view.args[0], _transpose
    return matrix.args[0], lambda cell: partial(cell.arranged, axes=None)


def _transpose(cell: Any) -> Any:
    return cell.transpose_of


def with_cached_transposes(run: Program, lifted: list[Lifted]) -> Program:
    """A program that passes cached arrangements to another one.

    Args:
        run: generated from a recording that `lift_transposes` returned.
        lifted: what it returned beside it.
    """
    if not lifted:
        return run

    def program(*given: Tensor) -> list[Tensor]:
        return run(*given, *[one.of(given[one.place]) for one in lifted])

    return program


__all__ = ["lift_transposes", "with_cached_transposes"]
