"""Fusing steps of Adam into one call of PyTorch's fused kernel.

The pass matches the arithmetic, whatever code it comes from: with constants a, b and e and a scalar tensor r,

    m' = m + (g - m) * a,  v' = v + (g * g - v) * b,  w' = w - m' * r / (sqrt(v') + e)

These are eleven kernels for each variable, each of which goes through all of its memory; the fused one runs once, and
requires contiguous tensors. It would correct the bias of the averages itself: with an infinite step count it corrects
nothing, and r holds the correction.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from keras_backend_torch.compiler.passes.purity import new_value
from keras_backend_torch.compiler.recording import Call, Recording, Value, live_calls
from keras_backend_torch.framework import ABSENT, FUSED_ADAM, torch

if TYPE_CHECKING:
    from collections.abc import Sequence

    from keras_core.typing import Tensor

aten = torch.ops.aten


@dataclass(frozen=True)
class _Match:
    """One variable's step; `place` is the position of its last call."""

    place: int
    old: tuple[Value, Value, Value]
    new: tuple[Value, Value, Value]
    gradient: Value
    rate: Value
    settings: tuple[float, float, float]


class _Matcher:
    def __init__(self, calls: Sequence[Call], recording: Recording, constants: dict[Value, Tensor]) -> None:
        self.calls = calls
        self.fakes = recording.fakes
        self.constants = constants
        self.maker = {call.results[0]: call for call in calls if call.single and not call.mutates}

    def args(self, value: object, kernel: object) -> tuple[Any, Any] | None:
        """Both arguments of the call that made `value`, if it is one of `kernel` on a tensor and a tensor or number."""
        call = self.maker.get(value) if isinstance(value, Value) else None
        if call is None or call.kernel is not kernel or call.kwargs or len(call.args) != 2:
            return None
        return call.args if isinstance(call.args[0], Value) else None

    def number(self, value: Any) -> float | None:
        """A constant scalar."""
        if not isinstance(value, Value):
            return float(value)
        tensor = self.constants.get(value)
        return float(tensor) if tensor is not None and tensor.dim() == 0 else None

    def average(self, new: Value) -> tuple[Value, Value, float] | None:
        """(old, x, a) if ``new = old + (x - old) * a``."""
        added = self.args(new, aten.add.Tensor)
        scaled = added and self.args(added[1], aten.mul.Tensor)
        moved = scaled and self.args(scaled[0], aten.sub.Tensor)
        share = scaled and self.number(scaled[1])
        if not added or not moved or share is None or moved[1] != added[0] or not isinstance(moved[0], Value):
            return None
        return added[0], moved[0], share

    def match(self, place: int, call: Call) -> _Match | None:
        """The step whose last call this is."""
        new = call.results[0] if call.single else None
        stepped = self.args(new, aten.sub.Tensor)
        divided = stepped and self.args(stepped[1], aten.div.Tensor)
        scaled = divided and self.args(divided[0], aten.mul.Tensor)
        below = divided and self.args(divided[1], aten.add.Tensor)
        root = below and self.maker.get(below[0])
        if new is None or not stepped or not scaled or not below or not root:
            return None
        if root.kernel is not aten.sqrt.default or not isinstance(root.args[0], Value):
            return None
        first, second = self.average(scaled[0]), self.average(root.args[0])
        epsilon = self.number(below[1])
        squared = second and self.args(second[1], aten.mul.Tensor)
        if not first or not second or epsilon is None or squared != (first[1], first[1]):
            return None
        old, results = (stepped[0], first[0], second[0]), (new, scaled[0], root.args[0])
        if not self._fits_kernel([*old, first[1]]) or not isinstance(scaled[1], Value) or self.fakes[scaled[1]].dim():
            return None
        return _Match(place, old, results, first[1], scaled[1], (first[2], second[2], epsilon))

    def _fits_kernel(self, values: Sequence[Value]) -> bool:
        """Whether they have one shape, device and dtype, one that the kernel supports."""
        tensors = [self.fakes[value] for value in values]
        kinds = {(tensor.shape, tensor.dtype, tensor.device) for tensor in tensors}
        return len(kinds) == 1 and tensors[0].dtype in (torch.float32, torch.float64)


def fuse_adam(
    calls: list[Call], live_out: Sequence[Value], recording: Recording, constants: dict[Value, Tensor]
) -> list[Call]:
    """The calls with steps of Adam done by the fused kernel, all that share their rate in one call of it.

    Args:
        calls: calls in order.
        live_out: Values that are used in the end.
        recording: gets fake tensors for new Values.
        constants: all constants; gets the new ones.
    """
    if FUSED_ADAM is ABSENT or any(call.mutates for call in calls):
        return calls  # calls that write into tensors must stay in order
    matcher = _Matcher(calls, recording, constants)
    groups: dict[object, list[_Match]] = {}
    for place, call in enumerate(calls):
        found = matcher.match(place, call)
        if found is not None:
            fake = recording.fakes[found.old[0]]
            groups.setdefault((found.rate, found.settings, fake.dtype, fake.device), []).append(found)
    inserted = {matches[-1].place: _fused(matches, recording, constants) for matches in groups.values()}
    replaced = {value for matches in groups.values() for match in matches for value in match.new}
    result = []
    for place, call in enumerate(calls):
        result += inserted.get(place, []) if replaced.intersection(call.results) else [call]
    return _ordered(live_calls(result, live_out), replaced, {*recording.inputs, *recording.reads.values(), *constants})


def _fused(matches: Sequence[_Match], recording: Recording, constants: dict[Value, Tensor]) -> list[Call]:
    """Copies of the old values, which the kernel updates to the new ones."""
    contiguous = {"memory_format": torch.contiguous_format}  # the kernel ignores strides
    copies = [
        Call(aten.clone.default, (old,), contiguous, [new], True)
        for match in matches
        for old, new in zip(match.old, match.new, strict=True)
    ]
    gradients = []
    for match in matches:
        fake = recording.fakes[match.gradient]
        if fake.dim() < 3 and fake.is_contiguous():
            gradients.append(match.gradient)
            continue
        contiguous_gradient = new_value(recording, torch.empty_like(recording.fakes[match.old[0]]))
        copies.append(Call(aten.contiguous.default, (match.gradient,), {}, [contiguous_gradient], True))
        gradients.append(contiguous_gradient)
    first, second, epsilon = matches[0].settings
    weights, means, squares = ([match.new[k] for match in matches] for k in range(3))
    infinity = torch.tensor(torch.inf, device=recording.fakes[weights[0]].device)
    infinite_steps = new_value(recording, infinity)
    constants[infinite_steps] = infinity
    lists: tuple[list[Value], ...] = (weights, gradients, means, squares, [], [infinite_steps] * len(matches))
    options = {
        "lr": matches[0].rate,
        "beta1": 1 - first,
        "beta2": 1 - second,
        "weight_decay": 0.0,
        "eps": epsilon,
        "amsgrad": False,
        "maximize": False,
    }
    return [*copies, Call(FUSED_ADAM, lists, options, [], False)]


def _ordered(calls: Sequence[Call], updated: set[Value], available: set[Value]) -> list[Call]:
    """The calls in an order in which what each uses is computed before; the given order wherever that is possible.

    Args:
        calls: the calls.
        updated: Values that are available once a call has written into them, and not before.
        available: Values that are available from the beginning.
    """
    result: list[Call] = []
    waiting: list[Call] = []
    copied: set[Value] = set()
    for new in calls:
        waiting.append(new)
        progress = True
        while progress:
            progress = False
            for call in list(waiting):
                if not (available | copied if call.mutates else available).issuperset(call.uses()):
                    continue
                waiting.remove(call)
                result.append(call)
                progress = True
                made = {*call.uses(), *(value for value in call.results if value)}
                copied |= made & updated
                available |= made if call.mutates else made - updated
    assert not waiting
    return result


__all__ = ["fuse_adam"]
