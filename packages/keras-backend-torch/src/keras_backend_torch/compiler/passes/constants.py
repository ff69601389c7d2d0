"""Constants: equal ones become one, and calls that depend only on small ones are folded."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from keras_core import tree

from keras_backend_torch.compiler.recording import Call, Value
from keras_backend_torch.framework import torch, without_modes

if TYPE_CHECKING:
    from collections.abc import Sequence

    from keras_core.typing import Tensor

    from keras_backend_torch.compiler.passes.purity import PureCalls

aten = torch.ops.aten

_SMALL = 1 << 14
"""Constants of more elements are neither compared nor folded."""

_ONLY_SHAPE = {aten.ones_like.default, aten.zeros_like.default, aten.full_like.default, aten.new_zeros.default,
               aten.new_ones.default, aten.new_full.default}  # fmt: skip
"""Kernels that use only their argument's shape and dtype."""

_NO_ARGUMENT = {aten.full.default, aten.zeros.default, aten.ones.default, aten.scalar_tensor.default,
                aten.arange.default, aten.arange.start, aten.arange.start_step}  # fmt: skip
"""Kernels without tensor arguments whose result is the same every time."""


def equal_constants(constants: dict[Value, Tensor], live_out: set[Value]) -> dict[Value, Value]:
    """For each constant that equals an earlier one, the first such one.

    Args:
        constants: all constants.
        live_out: Values that have to stay.
    """
    first: dict[Any, Value] = {}
    names = {}
    for value, tensor in constants.items():
        if tensor.numel() <= _SMALL and value not in live_out:
            key = (tensor.dtype, tensor.device, tuple(tensor.shape), tensor.stride(), _bits(tensor))
            if first.setdefault(key, value) != value:
                names[value] = first[key]
    return names


def _bits(tensor: Tensor) -> bytes:
    with without_modes():
        return bytes(tensor.detach().cpu().reshape(-1).contiguous().view(torch.uint8).numpy())


def fold_constants(
    calls: Sequence[Call], constants: dict[Value, Tensor], pure: PureCalls, fakes: dict[Value, Tensor]
) -> list[Call]:
    """The calls without those that depend only on small constants; the results of these become constants.

    Args:
        calls: calls in order.
        constants: all constants; gets the new ones.
        pure: tells which calls may be folded.
        fakes: a fake tensor for each Value.
    """
    left = []
    for call in calls:
        result = _folded(call, constants, fakes) if pure(call) else None
        if result is None or call.results[0] is None:
            left.append(call)
        else:
            constants[call.results[0]] = result
    return left


def _folded(call: Call, constants: dict[Value, Tensor], fakes: dict[Value, Tensor]) -> Tensor | None:
    """The result of a call if its arguments are small constants and it is small, too."""
    uses = call.uses()
    if not call.single or not (uses or call.kernel in _NO_ARGUMENT):
        return None
    if call.kernel in _ONLY_SHAPE and len(uses) == 1 and fakes[uses[0]].numel() <= _SMALL:
        with without_modes():
            like = fakes[uses[0]]
            constants = {uses[0]: torch.empty_strided(like.shape, like.stride(), dtype=like.dtype, device=like.device)}
    if any(v not in constants or constants[v].numel() > _SMALL for v in uses):
        return None

    def known(leaf: Any) -> Any:
        return constants[leaf] if isinstance(leaf, Value) else leaf

    args, kwargs = tree.map_structure(known, (call.args, call.kwargs))
    with without_modes(), torch.no_grad():
        result = call.kernel(*args, **kwargs)
    return result if result.numel() <= _SMALL else None


__all__ = ["equal_constants", "fold_constants"]
