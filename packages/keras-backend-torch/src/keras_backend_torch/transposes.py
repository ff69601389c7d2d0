"""Transposes of weights, which a program that leaves them as they are need not make anew in every call.

Keras and PyTorch lay out the weights of LSTM and GRU the other way round. For one row, turning them takes as long as
everything else.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable

from keras_core.typing import Tensor

from keras_backend_torch.cell import Cell
from keras_backend_torch.framework import torch
from keras_backend_torch.tracing import Call, Recording, Value, living

aten = torch.ops.aten

Program = Callable[..., "list[Tensor]"]

_SMALL = 1024
"""A matrix of fewer elements is turned as fast as it is compared."""


def without_transposes(recording: Recording) -> tuple[Recording, list[tuple[int, Cell]]]:
    """The recording with transposes of variables as additional inputs, its last ones.

    Returns:
        The recording, and for each of these inputs the position of the variable among those read, and its cell.
    """
    makers = {call.results[0]: call for call in recording.calls if call.single}
    places = {value: place for place, value in enumerate(recording.reads.values())}
    variables = list(recording.reads)
    found: dict[Value, tuple[int, Cell]] = {}
    for call in recording.calls:
        source = _turned(call, makers)
        if source not in places or variables[places[source]] in recording.writes:
            continue
        spec = recording.specs[source]
        if spec.device.type == "cpu" and spec.dtype is torch.float32 and spec.numel() >= _SMALL:
            found[call.results[0]] = (places[source], variables[places[source]].storage)  # type: ignore[index]
    if not found or any(call.mutates for call in recording.calls):
        return recording, []
    calls = [call for call in recording.calls if not (call.single and call.results[0] in found)]
    calls = living(calls, [*recording.outputs, *recording.writes.values()])
    return dataclasses.replace(recording, calls=calls, inputs=[*recording.inputs, *found]), list(found.values())


def _turned(call: Call, makers: dict[Value | None, Call]) -> Value | None:
    """Of what a call copies the transpose."""
    view = makers.get(call.args[0]) if call.kernel is aten.clone.default else None
    is_transpose = view is not None and view.kernel is aten.t.default
    dense = call.kwargs.get("memory_format") is torch.contiguous_format
    return view.args[0] if view and is_transpose and dense else None


def given_transposes(run: Program, turned: list[tuple[int, Cell]]) -> Program:
    """`run`, of a recording that `without_transposes` gave, for the arguments without them."""
    if not turned:
        return run

    def program(*given: Tensor) -> list[Tensor]:
        return run(*given, *[cell.transposed(given[place]) for place, cell in turned])

    return program


__all__ = ["given_transposes", "without_transposes"]
