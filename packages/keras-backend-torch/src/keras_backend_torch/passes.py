"""Making a recording shorter: constants computed beforehand, nothing computed twice, Adam by PyTorch's fused kernel."""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Sequence
from typing import Any

from keras_core.typing import Tensor
from torch.utils._pytree import tree_flatten, tree_map

from keras_backend_torch.framework import outside_tracing, torch
from keras_backend_torch.fused_adam import by_fused_adam
from keras_backend_torch.tracing import Call, Recording, Value, living, memory_of
from keras_backend_torch.views import on_matrices, one_view, single_products, with_bias

aten = torch.ops.aten

_SMALL = 1 << 14
"""Constants of more elements are neither compared nor computed beforehand."""


def shortened(recording: Recording, fuse: bool = True) -> Recording:
    """The recording after all passes; what it gives is the same.

    Args:
        recording: what was recorded.
        fuse: whether to use fused kernels for an optimizer's steps, in place of what `torch.compile` would make.
    """
    constants = dict(recording.constants)
    wanted = {*recording.outputs, *recording.writes.values()}
    fixed = _Fixed(recording)
    calls = _renamed(recording.calls, _equal_constants(constants, wanted))
    calls = _folded(calls, constants, fixed, recording.specs)
    calls = _renamed(calls, _equal_constants(constants, wanted))
    calls = single_products(calls, recording, fixed, wanted)
    calls = one_view(calls, recording, fixed, wanted)
    calls = _once(calls, fixed, wanted)
    calls = _without_idle_views(calls, recording, fixed, wanted)
    calls = with_bias(living(calls, list(wanted)), recording, fixed, wanted)
    calls = one_view(calls, recording, fixed, wanted)
    calls = _convolved_with_bias(calls, recording, wanted)
    calls = living(calls, list(wanted))
    if fuse:
        calls = by_fused_adam(calls, list(wanted), recording, constants)
        calls = _on_matrices(calls, recording, wanted)
    used = {value for call in calls for value in call.uses()} | wanted
    kept = {value: tensor for value, tensor in constants.items() if value in used}
    return dataclasses.replace(recording, calls=calls, constants=kept)


def _on_matrices(calls: list[Call], recording: Recording, wanted: set[Value]) -> list[Call]:
    """The calls with those on views of matrices made on the matrices, if these are fewer."""
    fixed = _Fixed(dataclasses.replace(recording, calls=calls))
    changed = one_view(on_matrices(calls, recording, fixed, wanted), recording, fixed, wanted)
    changed = _without_idle_views(_once(changed, fixed, wanted), recording, fixed, wanted)
    return min(living(changed, list(wanted)), calls, key=len)


class _Fixed:
    """Tells which calls depend on nothing but their arguments, in memory that nobody writes into."""

    def __init__(self, recording: Recording) -> None:
        self._specs = recording.specs
        self._written = {
            memory_of(recording.specs[value]) for call in recording.calls if call.mutates for value in call.uses()
        }

    def __call__(self, call: Call) -> bool:
        kernel = call.kernel
        if (
            kernel is None
            or call.mutates
            or kernel.namespace != "aten"
            or torch.Tag.nondeterministic_seeded in kernel.tags
        ):
            return False
        values = [*call.uses(), *(value for value in call.results if value is not None)]
        return not self._written or self._written.isdisjoint(memory_of(self._specs[value]) for value in values)


def _renamed(calls: Sequence[Call], names: dict[Value, Value]) -> list[Call]:
    """The calls with other Values in place of some of their arguments."""
    return [call.renamed(names) for call in calls] if names else list(calls)


def _equal_constants(constants: dict[Value, Tensor], wanted: set[Value]) -> dict[Value, Value]:
    """For each constant that there is already, the first one like it."""
    first: dict[Any, Value] = {}
    names = {}
    for value, tensor in constants.items():
        if tensor.numel() <= _SMALL and value not in wanted:
            key = (tensor.dtype, tensor.device, tuple(tensor.shape), tensor.stride(), _bits(tensor))
            if first.setdefault(key, value) != value:
                names[value] = first[key]
    return names


def _bits(tensor: Tensor) -> bytes:
    with outside_tracing():
        return bytes(tensor.detach().cpu().reshape(-1).contiguous().view(torch.uint8).numpy())


def _folded(
    calls: Sequence[Call], constants: dict[Value, Tensor], fixed: _Fixed, specs: dict[Value, Tensor]
) -> list[Call]:
    """Without the calls that depend on small constants only; their results become constants."""
    left = []
    for call in calls:
        result = _of_constants(call, constants, specs) if fixed(call) else None
        if result is None or call.results[0] is None:
            left.append(call)
        else:
            constants[call.results[0]] = result
    return left


_LIKE = {aten.ones_like.default, aten.zeros_like.default, aten.full_like.default, aten.new_zeros.default,
         aten.new_ones.default, aten.new_full.default}  # fmt: skip
"""Calls that look at nothing but their argument's shape and dtype."""

_FILLING = {aten.full.default, aten.zeros.default, aten.ones.default, aten.scalar_tensor.default,
            aten.arange.default, aten.arange.start, aten.arange.start_step}  # fmt: skip
"""Calls whose results are the same every time."""


def _of_constants(call: Call, constants: dict[Value, Tensor], specs: dict[Value, Tensor]) -> Tensor | None:
    """The result of a call if its arguments are small constants and it is small, too."""
    uses = call.uses()
    if not call.single or not (uses or call.kernel in _FILLING):
        return None
    if call.kernel in _LIKE and len(uses) == 1 and specs[uses[0]].numel() <= _SMALL:
        with outside_tracing():
            like = specs[uses[0]]
            constants = {uses[0]: torch.empty_strided(like.shape, like.stride(), dtype=like.dtype, device=like.device)}
    if any(v not in constants or constants[v].numel() > _SMALL for v in uses):
        return None

    def known(leaf: Any) -> Any:
        return constants[leaf] if isinstance(leaf, Value) else leaf

    with outside_tracing(), torch.no_grad():
        result = call.kernel(*tree_map(known, call.args), **tree_map(known, call.kwargs))
    return result if result.numel() <= _SMALL else None


def _once(calls: Sequence[Call], fixed: _Fixed, wanted: set[Value]) -> list[Call]:
    """Without the calls that were made before with the same arguments."""
    made: dict[Any, Call] = {}
    names: dict[Value, Value] = {}
    left = []
    for original in calls:
        (call,) = _renamed([original], names)
        if not call.uses() or not fixed(call) or not wanted.isdisjoint(call.results):
            left.append(call)
            continue
        leaves, structure = tree_flatten((call.args, call.kwargs))
        key = (call.kernel, str(structure), tuple((type(leaf), leaf) for leaf in leaves))
        before = made.setdefault(key, call)
        if before is call:
            left.append(call)
        else:
            names |= {a: b for a, b in zip(call.results, before.results, strict=True) if a and b}
    return left


_VIEWS = {aten.view.default, aten.expand.default, aten._unsafe_view.default, aten.reshape.default}


def _without_idle_views(calls: Sequence[Call], recording: Recording, fixed: _Fixed, wanted: set[Value]) -> list[Call]:
    """Without the calls that look at a tensor as what it is."""
    names: dict[Value, Value] = {}
    left = []
    for original in calls:
        (call,) = _renamed([original], names)
        new = call.results[0] if call.single else None
        if call.kernel in _VIEWS and new and new not in wanted and fixed(call):
            before, after = recording.specs[call.args[0]], recording.specs[new]
            if before.shape == after.shape and before.stride() == after.stride():
                names[new] = call.args[0]
                continue
        left.append(call)
    return left


def _convolved_with_bias(calls: Sequence[Call], recording: Recording, wanted: set[Value]) -> list[Call]:
    """A convolution and the bias that is added along its channels, which stand last by then, as one call."""
    if any(call.mutates for call in calls):
        return list(calls)
    makers = {call.results[0]: call for call in calls if call.single}
    uses = Counter(value for call in calls for value in call.uses())
    there = {*recording.reads.values(), *recording.inputs}
    biases: dict[Value, Value] = {}
    names: dict[Value, Value] = {}
    for call in calls:
        if call.kernel is not aten.add.Tensor or call.kwargs or call.results[0] in wanted:
            continue
        turned, bias = makers.get(call.args[0]), call.args[1]
        made = makers.get(turned.args[0]) if turned and turned.kernel is aten.permute.default else None
        if not turned or not made or made.kernel is not aten.convolution.default or made.args[2] is not None:
            continue
        alone = uses[call.args[0]] == uses[turned.args[0]] == 1 and wanted.isdisjoint([*turned.results, *made.results])
        if alone and turned.args[1][-1] == 1 and bias in there and _along_channels(bias, made, recording):
            biases[turned.args[0]] = bias
            names[call.results[0]] = call.args[0]  # type: ignore[index]
    result = []
    for call in _renamed([call for call in calls if not _among(call, names)], names):
        if call.single and call.results[0] in biases:
            args = (*call.args[:2], biases[call.results[0]], *call.args[3:])
            call = dataclasses.replace(call, args=args)
        result.append(call)
    return result


def _among(call: Call, names: dict[Value, Value]) -> bool:
    return call.single and call.results[0] in names


def _along_channels(bias: Value, made: Call, recording: Recording) -> bool:
    """Whether it holds one number for each channel that a convolution gives."""
    out = recording.specs[made.results[0]]  # type: ignore[index]
    return recording.specs[bias].shape == out.shape[1:2] and recording.specs[bias].dtype == out.dtype
