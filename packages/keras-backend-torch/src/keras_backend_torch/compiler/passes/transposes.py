"""Caching transposes of weights, for programs that do not change the weights.

PyTorch's kernels of LSTM and GRU take the transposes of Keras's weights. For a batch of one row, transposing takes as
long as everything else.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import TYPE_CHECKING

from keras_backend_torch.compiler.recording import Call, Recording, Value, live_calls
from keras_backend_torch.framework import torch

if TYPE_CHECKING:
    from keras_core.typing import Tensor

    from keras_backend_torch.storage import Cell

aten = torch.ops.aten

Program = Callable[..., "list[Tensor]"]

_SMALL = 1024
"""A matrix of fewer elements is transposed as fast as it is compared."""


def lift_transposes(recording: Recording) -> tuple[Recording, list[tuple[int, Cell]]]:
    """The recording with transposes of variables as additional inputs, its last ones.

    Returns:
        The recording, and for each of these inputs the position of the variable among those read, and its cell.
    """
    makers = {call.results[0]: call for call in recording.calls if call.single}
    places = {value: place for place, value in enumerate(recording.reads.values())}
    variables = list(recording.reads)
    found: dict[Value, tuple[int, Cell]] = {}
    for call in recording.calls:
        source = _transposed(call, makers)
        if source not in places or variables[places[source]] in recording.writes:
            continue
        fake = recording.fakes[source]
        if fake.device.type == "cpu" and fake.dtype is torch.float32 and fake.numel() >= _SMALL:
            found[call.results[0]] = (places[source], variables[places[source]].storage)  # type: ignore[index]
    if not found or any(call.mutates for call in recording.calls):
        return recording, []
    calls = [call for call in recording.calls if not (call.single and call.results[0] in found)]
    calls = live_calls(calls, [*recording.outputs, *recording.writes.values()])
    return dataclasses.replace(recording, calls=calls, inputs=[*recording.inputs, *found]), list(found.values())


def _transposed(call: Call, makers: dict[Value | None, Call]) -> Value | None:
    """The matrix whose contiguous transpose a call computes."""
    view = makers.get(call.args[0]) if call.kernel is aten.clone.default else None
    is_transpose = view is not None and view.kernel is aten.t.default
    contiguous = call.kwargs.get("memory_format") is torch.contiguous_format
    return view.args[0] if view and is_transpose and contiguous else None


def with_cached_transposes(run: Program, transposed: list[tuple[int, Cell]]) -> Program:
    """A program that passes cached transposes to another one.

    Args:
        run: generated from a recording that `lift_transposes` returned.
        transposed: what it returned beside it.
    """
    if not transposed:
        return run

    def program(*given: Tensor) -> list[Tensor]:
        return run(*given, *[cell.transpose_of(given[place]) for place, cell in transposed])

    return program


__all__ = ["lift_transposes", "with_cached_transposes"]
