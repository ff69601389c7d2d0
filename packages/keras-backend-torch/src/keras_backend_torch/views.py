"""Views of a recording: several in a row become one, and a batch of one product becomes that product."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence
from typing import Any

from keras_core.typing import Tensor

from keras_backend_torch.framework import outside_tracing, torch
from keras_backend_torch.tracing import Call, Recording, Value

aten = torch.ops.aten

_VIEWS = {aten.view.default, aten._unsafe_view.default, aten.permute.default, aten.transpose.int, aten.t.default,
          aten.unsqueeze.default, aten.squeeze.dim, aten.squeeze.dims, aten.squeeze.default}  # fmt: skip


def new_value(recording: Recording, spec: Tensor) -> Value:
    """A Value that the recording did not have."""
    value = Value(1 + next(reversed(recording.specs)).number)  # they stand in order
    recording.specs[value] = spec
    return value


def one_view(
    calls: Sequence[Call], recording: Recording, fixed: Callable[[Call], bool], wanted: set[Value]
) -> list[Call]:
    """Views in a row that leave all numbers in their order as one call, of what stands at the row's beginning."""
    seen: dict[Value, tuple[Value, Tensor]] = {}
    left = []
    for call in calls:
        result = call.results[0] if call.single and call.kernel in _VIEWS and fixed(call) else None
        found = _looked_at(call, recording, seen) if result else None
        if result and found:
            base, view = seen[result] = found
            in_order = view.is_contiguous() and recording.specs[base].is_contiguous()
            if in_order and base != call.args[0] and result not in wanted:
                call = Call(aten.view.default, (base, list(view.shape)), {}, call.results, True)
        left.append(call)
    return left


def _looked_at(
    call: Call, recording: Recording, seen: dict[Value, tuple[Value, Tensor]]
) -> tuple[Value, Tensor] | None:
    """At what a view looks in the end, and how the view is laid out if that is laid out row by row."""
    source = call.args[0]
    spec = recording.specs[source]
    with outside_tracing(), torch.no_grad():
        base, start = seen.get(source, (source, None))
        if start is None or (spec.is_contiguous() and not recording.specs[base].is_contiguous()):
            base, start = source, torch.empty(spec.shape, device="meta")
        try:
            return base, call.kernel(start, *call.args[1:], **call.kwargs)
        except RuntimeError:
            return None


def single_products(
    calls: Sequence[Call], recording: Recording, fixed: Callable[[Call], bool], wanted: set[Value]
) -> list[Call]:
    """A batch of one product of matrices as a product of matrices."""
    left: list[Call] = []
    for call in calls:
        one = call.kernel is aten.bmm.default and recording.specs[call.args[0]].shape[0] == 1
        if not one or not fixed(call) or not wanted.isdisjoint(call.results):
            left.append(call)
            continue
        matrices = []
        for batch in call.args:
            matrices.append(_viewed(recording, batch, lambda spec: spec.squeeze(0)))
            left.append(Call(aten.squeeze.dim, (batch, 0), {}, [matrices[-1]], True))
        result: Any = call.results[0]
        product = _viewed(recording, result, lambda spec: spec.squeeze(0))
        left.append(Call(aten.mm.default, tuple(matrices), {}, [product], True))
        left.append(Call(aten.unsqueeze.default, (product, 0), {}, [result], True))
    return left


def with_bias(
    calls: Sequence[Call], recording: Recording, fixed: Callable[[Call], bool], wanted: set[Value]
) -> list[Call]:
    """A product of matrices and the bias that is added to it, or to a view of it, as one call."""
    makers = {call.results[0]: call for call in calls if call.single}
    uses = _uses(calls, wanted)
    left: list[Call] = []
    for call in calls:
        product = _product(call, makers, uses) if call.kernel is aten.add.Tensor and not call.kwargs else None
        if product is None or not fixed(product) or not _one_a_column(call, product, recording):
            left.append(call)
            continue
        columns = recording.specs[product.results[0]].shape[-1]  # type: ignore[index]
        bias, result = call.args[1], call.results[0]
        assert result is not None
        if recording.specs[bias].dim() > 1:
            flat = _viewed(recording, bias, lambda spec, columns=columns: spec.view(columns))  # type: ignore[misc]
            left.append(Call(aten.view.default, (bias, [columns]), {}, [flat], True))
            bias = flat
        if recording.specs[result].dim() == 2:
            left.append(Call(aten.addmm.default, (bias, *product.args), {}, [result], True))
            continue
        matrix = _viewed(recording, result, lambda spec, columns=columns: spec.view(-1, columns))  # type: ignore[misc]
        left.append(Call(aten.addmm.default, (bias, *product.args), {}, [matrix], True))
        left.append(Call(aten.view.default, (matrix, list(recording.specs[result].shape)), {}, [result], True))
    return left


def on_matrices(
    calls: Sequence[Call], recording: Recording, fixed: Callable[[Call], bool], wanted: set[Value]
) -> list[Call]:
    """What is computed number by number, or row by row, of a view of a matrix as the same of the matrix.

    The result is looked at in place of the argument, so that views meet and become one or none.
    """
    views: dict[Value | None, Call] = {}
    uses = _uses(calls, wanted)
    left: list[Call] = []
    for call in calls:
        shape = _matrix(call, views, recording) if fixed(call) and wanted.isdisjoint(call.results) else None
        if any(value in uses for value in call.results[1:]):
            shape = None
        if shape is None:
            left.append(call)
            if call.kernel is aten.view.default and fixed(call):
                views[call.results[0]] = call
            continue
        result = call.results[0]
        assert result is not None
        names = {}
        for value in set(call.uses()):
            if recording.specs[value].shape != recording.specs[result].shape:
                continue
            if value in views and recording.specs[views[value].args[0]].shape == shape:
                names[value] = views[value].args[0]
            else:
                names[value] = _viewed(recording, value, lambda spec, shape=shape: spec.view(shape))  # type: ignore[misc]
                left.append(Call(aten.view.default, (value, list(shape)), {}, [names[value]], True))
        matrix = _viewed(recording, result, lambda spec, shape=shape: spec.view(shape))  # type: ignore[misc]
        left.append(dataclasses.replace(call.renamed(names), results=[matrix, *call.results[1:]]))
        views[result] = Call(aten.view.default, (matrix, list(recording.specs[result].shape)), {}, [result], True)
        left.append(views[result])
    return left


def _matrix(call: Call, views: dict[Value | None, Call], recording: Recording) -> torch.Size | None:
    """The shape of the matrix that a call could take in place of a view of it."""
    norm = call.kernel is aten.native_layer_norm.default and len(call.args[1]) == 1
    if call.kernel is None or not (norm or (call.single and torch.Tag.pointwise in call.kernel.tags)) or call.kwargs:
        return None
    out = recording.specs[call.results[0]]  # type: ignore[index]
    specs = [recording.specs[value] for value in call.uses()]
    whole = [spec for spec in [out, *specs] if spec.shape == out.shape]
    rest = [spec for spec in specs if spec.shape != out.shape]
    matrices = [recording.specs[views[value].args[0]] for value in call.uses() if value in views]
    found = next((one.shape for one in matrices if one.dim() == 2 < out.dim() and one.is_contiguous()), None)
    in_rows = all(spec.dim() == 0 or spec.shape == out.shape[-1:] for spec in rest)
    if found is None or not in_rows or not all(spec.is_contiguous() for spec in whole):
        return None
    return found if found[-1] == out.shape[-1] or not (norm or any(spec.dim() for spec in rest)) else None


def _product(call: Call, makers: dict[Value | None, Call], uses: dict[Value, int]) -> Call | None:
    """The product to which a call adds something, if nobody else sees it."""
    value = call.args[0]
    while isinstance(value, Value) and uses.get(value) == 1 and value in makers:
        maker = makers[value]
        if maker.kernel is aten.mm.default:
            return maker
        value = maker.args[0] if maker.kernel in (aten.view.default, aten._unsafe_view.default) else None
    return None


def _one_a_column(call: Call, product: Call, recording: Recording) -> bool:
    """Whether a call adds to a product of matrices one number a column."""
    bias, specs = call.args[1], recording.specs
    if not isinstance(bias, Value):
        return False
    row, out, matrix = specs[bias], specs[call.results[0]], specs[product.results[0]]  # type: ignore[index]
    fits = 0 < row.dim() < out.dim() and row.shape == out.shape[out.dim() - row.dim() :]
    whole = row.numel() == matrix.shape[-1] and out.numel() == matrix.numel()
    return fits and whole and row.is_contiguous() and out.is_contiguous() and row.dtype == out.dtype == matrix.dtype


def _uses(calls: Sequence[Call], wanted: set[Value]) -> dict[Value, int]:
    counts: dict[Value, int] = dict.fromkeys(wanted, 1)
    for call in calls:
        for value in call.uses():
            counts[value] = counts.get(value, 0) + 1
    return counts


def _viewed(recording: Recording, value: Value, view: Callable[[Any], Any]) -> Value:
    """A new Value that shares memory with another."""
    with outside_tracing(), torch.no_grad():
        return new_value(recording, view(recording.specs[value]))


__all__ = ["new_value", "on_matrices", "one_view", "single_products", "with_bias"]
