"""Views: several in a row become one, those that change nothing are dropped, elementwise calls take the matrix."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from keras_backend_torch.compiler.passes.purity import PureCalls, new_view, use_counts
from keras_backend_torch.compiler.recording import Call, Recording, Value
from keras_backend_torch.framework import UNSAFE_VIEW, torch, without_modes

if TYPE_CHECKING:
    from collections.abc import Sequence

    from keras_core.typing import Tensor

aten = torch.ops.aten

_VIEWS = {aten.view.default, UNSAFE_VIEW, aten.permute.default, aten.transpose.int, aten.t.default,
          aten.unsqueeze.default, aten.squeeze.dim, aten.squeeze.dims, aten.squeeze.default}  # fmt: skip

_RESHAPES = {aten.view.default, aten.expand.default, UNSAFE_VIEW, aten.reshape.default}


def merge_views(calls: Sequence[Call], recording: Recording, pure: PureCalls, live_out: set[Value]) -> list[Call]:
    """Consecutive views that keep all elements in their order as one view of the first one's base.

    Args:
        calls: calls in order.
        recording: for the fake tensors.
        pure: tells which calls may be replaced.
        live_out: Values that have to stay.
    """
    seen: dict[Value, tuple[Value, Tensor]] = {}
    left = []
    for call in calls:
        result = call.results[0] if call.single and call.kernel in _VIEWS and pure(call) else None
        found = _base_and_view(call, recording, seen) if result else None
        if result and found:
            base, view = seen[result] = found
            in_order = _has_strides_of_new(view) and recording.fakes[base].is_contiguous()
            if in_order and base != call.args[0] and result not in live_out:
                call = Call(aten.view.default, (base, list(view.shape)), {}, call.results, True)
        left.append(call)
    return left


def _has_strides_of_new(view: Tensor) -> bool:
    """Whether a view has the strides of a new tensor, those of axes of size 1 included: convolutions look at them."""
    with without_modes():
        return bool(view.stride() == torch.empty(view.shape, device="meta").stride())


def _base_and_view(
    call: Call, recording: Recording, seen: dict[Value, tuple[Value, Tensor]]
) -> tuple[Value, Tensor] | None:
    """The base of a view of views, and the strides of the view if its base is contiguous."""
    source = call.args[0]
    fake = recording.fakes[source]
    with without_modes(), torch.no_grad():
        base, start = seen.get(source, (source, None))
        if start is None or (fake.is_contiguous() and not recording.fakes[base].is_contiguous()):
            base, start = source, torch.empty(fake.shape, device="meta")
        try:
            return base, call.kernel(start, *call.args[1:], **call.kwargs)
        except RuntimeError:
            return None


def remove_no_op_views(
    calls: Sequence[Call], recording: Recording, pure: PureCalls, live_out: set[Value]
) -> list[Call]:
    """The calls without views that have the shape and strides of their argument.

    Args:
        calls: calls in order.
        recording: for the fake tensors.
        pure: tells which calls may be dropped.
        live_out: Values that have to stay.
    """
    names: dict[Value, Value] = {}
    left = []
    for original in calls:
        call = original.renamed(names) if names else original
        new = call.results[0] if call.single else None
        if call.kernel in _RESHAPES and new and new not in live_out and pure(call):
            before, after = recording.fakes[call.args[0]], recording.fakes[new]
            if before.shape == after.shape and before.stride() == after.stride():
                names[new] = call.args[0]
                continue
        left.append(call)
    return left


def move_views_after_elementwise(
    calls: Sequence[Call], recording: Recording, pure: PureCalls, live_out: set[Value]
) -> list[Call]:
    """Elementwise and rowwise calls on a view of a matrix as the same calls on the matrix, with the view after them.

    So views meet and can be merged.

    Args:
        calls: calls in order.
        recording: gets fake tensors for new Values.
        pure: tells which calls may be replaced.
        live_out: Values that have to stay.
    """
    views: dict[Value | None, Call] = {}
    uses = use_counts(calls, live_out)
    left: list[Call] = []
    for call in calls:
        shape = _matrix_shape(call, views, recording) if pure(call) and live_out.isdisjoint(call.results) else None
        if any(value in uses for value in call.results[1:]):
            shape = None
        if shape is None:
            left.append(call)
            if call.kernel is aten.view.default and pure(call):
                views[call.results[0]] = call
            continue
        result = call.results[0]
        assert result is not None
        names = {}
        for value in set(call.uses()):
            if recording.fakes[value].shape != recording.fakes[result].shape:
                continue
            if value in views and recording.fakes[views[value].args[0]].shape == shape:
                names[value] = views[value].args[0]
            else:
                names[value] = new_view(recording, value, lambda fake, shape=shape: fake.view(shape))  # type: ignore[misc]
                left.append(Call(aten.view.default, (value, list(shape)), {}, [names[value]], True))
        matrix = new_view(recording, result, lambda fake, shape=shape: fake.view(shape))  # type: ignore[misc]
        left.append(dataclasses.replace(call.renamed(names), results=[matrix, *call.results[1:]]))
        views[result] = Call(aten.view.default, (matrix, list(recording.fakes[result].shape)), {}, [result], True)
        left.append(views[result])
    return left


def _matrix_shape(call: Call, views: dict[Value | None, Call], recording: Recording) -> torch.Size | None:
    """The shape of the matrix that a call could take in place of a view of it."""
    norm = call.kernel is aten.native_layer_norm.default and len(call.args[1]) == 1
    if call.kernel is None or not (norm or (call.single and torch.Tag.pointwise in call.kernel.tags)) or call.kwargs:
        return None
    out = recording.fakes[call.results[0]]  # type: ignore[index]
    fakes = [recording.fakes[value] for value in call.uses()]
    whole = [fake for fake in [out, *fakes] if fake.shape == out.shape]
    rest = [fake for fake in fakes if fake.shape != out.shape]
    matrices = [recording.fakes[views[value].args[0]] for value in call.uses() if value in views]
    found = next((one.shape for one in matrices if one.dim() == 2 < out.dim() and one.is_contiguous()), None)
    in_rows = all(fake.dim() == 0 or fake.shape == out.shape[-1:] for fake in rest)
    if found is None or not in_rows or not all(fake.is_contiguous() for fake in whole):
        return None
    return found if found[-1] == out.shape[-1] or not (norm or any(fake.dim() for fake in rest)) else None


__all__ = ["merge_views", "move_views_after_elementwise", "remove_no_op_views"]
