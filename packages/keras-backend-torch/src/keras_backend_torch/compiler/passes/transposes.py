"""Caching arrangements of weights that kernels take, for programs that do not change the weights.

PyTorch's kernels of LSTM and GRU take the transposes of Keras's weights. For a batch of one row, transposing takes as
long as everything else. Its convolutions copy a weight whose axes are not in PyTorch's order: 15 % of the time of
ResNet50 for four pictures.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

from keras_backend_torch.compiler.recording import Call, Recording, Value, live_calls
from keras_backend_torch.framework import torch
from keras_backend_torch.storage import Layout

if TYPE_CHECKING:
    from keras_core.typing import Tensor

    from keras_backend_torch.storage import Cell

    _Found = tuple[Value | None, Value | None, Layout | None]

aten = torch.ops.aten

Program = Callable[..., "list[Tensor]"]

_SMALL = 1024
"""A matrix of fewer elements is transposed as fast as it is compared."""

_CHANNELS_LAST = {4: torch.channels_last, 5: torch.channels_last_3d}


class Lifted(NamedTuple):
    """An arrangement of a variable.

    Attributes:
        place: of the variable among those that are read.
        cell: its storage.
        layout: how a convolution takes it; None for a contiguous transpose.
    """

    place: int
    cell: Cell
    layout: Layout | None

    def of(self, value: Tensor) -> Tensor:
        """The arrangement of the variable's value."""
        return self.cell.transpose_of(value) if self.layout is None else self.cell.arranged(value, self.layout)


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
        for source, result, layout in (_transposed(call, makers), _of_convolution(call, makers, recording)):
            if result is None or source not in places or variables[places[source]] in recording.writes:
                continue
            fake = recording.fakes[source]
            if fake.device.type == "cpu" and fake.dtype is torch.float32 and fake.numel() >= _SMALL:
                lifted = Lifted(places[source], variables[places[source]].storage, layout)  # type: ignore[arg-type]
                found.setdefault(result, lifted)
    if not found or any(call.mutates for call in recording.calls):
        return recording, []
    calls = [call for call in recording.calls if not (call.single and call.results[0] in found)]
    calls = live_calls(calls, [*recording.outputs, *recording.writes.values()])
    return dataclasses.replace(recording, calls=calls, inputs=[*recording.inputs, *found]), list(found.values())


def _of_convolution(call: Call, makers: dict[Value | None, Call], recording: Recording) -> _Found:
    """The variable whose axes are put into another order for a convolution, the Value that has them so, and how."""
    weight = call.args[1] if call.kernel is aten.convolution.default else None
    view = makers.get(weight)
    if view is None or view.kernel is not aten.permute.default:
        return None, None, None
    inputs = recording.fakes[call.args[0]]
    last = _CHANNELS_LAST.get(inputs.dim())
    form = last if last is not None and inputs.is_contiguous(memory_format=last) else torch.contiguous_format
    return view.args[0], weight, Layout(tuple(view.args[1]), form)


def _transposed(call: Call, makers: dict[Value | None, Call]) -> _Found:
    """The matrix whose contiguous transpose a call computes, and the transpose."""
    view = makers.get(call.args[0]) if call.kernel is aten.clone.default else None
    is_transpose = view is not None and view.kernel is aten.t.default
    contiguous = call.kwargs.get("memory_format") is torch.contiguous_format
    return (view.args[0], call.results[0], None) if view and is_transpose and contiguous else (None, None, None)


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
