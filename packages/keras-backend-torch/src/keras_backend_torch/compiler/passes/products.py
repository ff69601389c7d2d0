"""Products of matrices and convolutions: a batch of one product is that product, and biases are added by the kernel."""

from __future__ import annotations

import dataclasses
from collections import Counter
from typing import TYPE_CHECKING, Any

from keras_backend_torch.compiler.passes.purity import PureCalls, new_view, renamed, use_counts
from keras_backend_torch.compiler.recording import Call, Recording, Value
from keras_backend_torch.framework import UNSAFE_VIEW, torch

if TYPE_CHECKING:
    from collections.abc import Sequence

aten = torch.ops.aten


def unbatch_single_products(
    calls: Sequence[Call], recording: Recording, pure: PureCalls, live_out: set[Value]
) -> list[Call]:
    """A batch of one product of matrices (`bmm`) as a product of matrices (`mm`).

    Args:
        calls: calls in order.
        recording: gets fake tensors for new Values.
        pure: tells which calls may be replaced.
        live_out: Values that have to stay.
    """
    left: list[Call] = []
    for call in calls:
        one = call.kernel is aten.bmm.default and recording.fakes[call.args[0]].shape[0] == 1
        if not one or not pure(call) or not live_out.isdisjoint(call.results):
            left.append(call)
            continue
        matrices = []
        for batch in call.args:
            matrices.append(new_view(recording, batch, lambda fake: fake.squeeze(0)))
            left.append(Call(aten.squeeze.dim, (batch, 0), {}, [matrices[-1]], True))
        result: Any = call.results[0]
        product = new_view(recording, result, lambda fake: fake.squeeze(0))
        left.append(Call(aten.mm.default, tuple(matrices), {}, [product], True))
        left.append(Call(aten.unsqueeze.default, (product, 0), {}, [result], True))
    return left


def fuse_bias_into_products(
    calls: Sequence[Call], recording: Recording, pure: PureCalls, live_out: set[Value]
) -> list[Call]:
    """A product of matrices and the bias that is added to it, or to a view of it, as one call (`addmm`).

    Args:
        calls: calls in order.
        recording: gets fake tensors for new Values.
        pure: tells which calls may be replaced.
        live_out: Values that have to stay.
    """
    makers = {call.results[0]: call for call in calls if call.single}
    uses = use_counts(calls, live_out)
    left: list[Call] = []
    for call in calls:
        product = _product(call, makers, uses) if call.kernel is aten.add.Tensor and not call.kwargs else None
        if product is None or not pure(product) or not _is_bias_of_columns(call, product, recording):
            left.append(call)
            continue
        columns = recording.fakes[product.results[0]].shape[-1]  # type: ignore[index]
        bias, result = call.args[1], call.results[0]
        assert result is not None
        if recording.fakes[bias].dim() > 1:
            flat = new_view(recording, bias, lambda fake, columns=columns: fake.view(columns))  # type: ignore[misc]
            left.append(Call(aten.view.default, (bias, [columns]), {}, [flat], True))
            bias = flat
        if recording.fakes[result].dim() == 2:
            left.append(Call(aten.addmm.default, (bias, *product.args), {}, [result], True))
            continue
        matrix = new_view(recording, result, lambda fake, columns=columns: fake.view(-1, columns))  # type: ignore[misc]
        left.append(Call(aten.addmm.default, (bias, *product.args), {}, [matrix], True))
        left.append(Call(aten.view.default, (matrix, list(recording.fakes[result].shape)), {}, [result], True))
    return left


def _product(call: Call, makers: dict[Value | None, Call], uses: dict[Value, int]) -> Call | None:
    """The product to which a call adds something, if nothing else uses it."""
    value = call.args[0]
    while isinstance(value, Value) and uses.get(value) == 1 and value in makers:
        maker = makers[value]
        if maker.kernel is aten.mm.default:
            return maker
        value = maker.args[0] if maker.kernel in (aten.view.default, UNSAFE_VIEW) else None
    return None


def _is_bias_of_columns(call: Call, product: Call, recording: Recording) -> bool:
    """Whether a call adds to a product of matrices one element per column."""
    bias, fakes = call.args[1], recording.fakes
    if not isinstance(bias, Value):
        return False
    row, out, matrix = fakes[bias], fakes[call.results[0]], fakes[product.results[0]]  # type: ignore[index]
    fits = 0 < row.dim() < out.dim() and row.shape == out.shape[out.dim() - row.dim() :]
    whole = row.numel() == matrix.shape[-1] and out.numel() == matrix.numel()
    return fits and whole and row.is_contiguous() and out.is_contiguous() and row.dtype == out.dtype == matrix.dtype


def fuse_bias_into_convolutions(calls: Sequence[Call], recording: Recording, live_out: set[Value]) -> list[Call]:
    """A convolution and the bias that is added along its channels, which are the last axis by then, as one call.

    Args:
        calls: calls in order.
        recording: for the fake tensors.
        live_out: Values that have to stay.
    """
    if any(call.mutates for call in calls):
        return list(calls)
    makers = {call.results[0]: call for call in calls if call.single}
    uses = Counter(value for call in calls for value in call.uses())
    available = {*recording.reads.values(), *recording.inputs}
    biases: dict[Value, Value] = {}
    names: dict[Value, Value] = {}
    for call in calls:
        if call.kernel is not aten.add.Tensor or call.kwargs or call.results[0] in live_out:
            continue
        permuted, bias = makers.get(call.args[0]), call.args[1]
        made = makers.get(permuted.args[0]) if permuted and permuted.kernel is aten.permute.default else None
        if not permuted or not made or made.kernel is not aten.convolution.default or made.args[2] is not None:
            continue
        unused = live_out.isdisjoint([*permuted.results, *made.results])
        unshared = uses[call.args[0]] == uses[permuted.args[0]] == 1 and unused
        if unshared and permuted.args[1][-1] == 1 and bias in available and _is_bias_of_channels(bias, made, recording):
            biases[permuted.args[0]] = bias
            names[call.results[0]] = call.args[0]  # type: ignore[index]
    result = []
    for call in renamed([call for call in calls if not (call.single and call.results[0] in names)], names):
        if call.single and call.results[0] in biases:
            args = (*call.args[:2], biases[call.results[0]], *call.args[3:])
            call = dataclasses.replace(call, args=args)
        result.append(call)
    return result


def _is_bias_of_channels(bias: Value, made: Call, recording: Recording) -> bool:
    """Whether it holds one element for each channel of a convolution's result."""
    out = recording.fakes[made.results[0]]  # type: ignore[index]
    return recording.fakes[bias].shape == out.shape[1:2] and recording.fakes[bias].dtype == out.dtype


__all__ = ["fuse_bias_into_convolutions", "fuse_bias_into_products", "unbatch_single_products"]
