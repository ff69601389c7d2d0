"""Calls that are the same for many groups of tensors are recorded for one of them, and repeated for the others.

Running Python on fake tensors takes a hundred times as long as noting a call. An optimizer's step is most of what a
training step calls, and it is the same for all variables of one shape.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, NamedTuple

from keras_backend_torch.compiler.passes.purity import is_pure
from keras_backend_torch.framework import new_fake, storage_id, without_modes
from keras_backend_torch.modes import STATE

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from keras_core.typing import Tensor

    from keras_backend_torch.compiler.recording import Call, Recorder, Value


class _Pattern(NamedTuple):
    """What was recorded for one group.

    Attributes:
        given: Values of the group.
        calls: those that depend on the group; what others result in is the same for all groups.
        results: tensors.
    """

    given: list[Value]
    calls: list[Call]
    results: list[Tensor]


def record_alike(
    recorder: Recorder, fn: Callable[..., list[Tensor]], groups: Sequence[Sequence[Tensor]]
) -> list[Sequence[Tensor]]:
    """``fn(*group)`` for each group, without autograd; `fn` runs once for all whose tensors are alike.

    Args:
        recorder: gets the calls.
        fn: a flat function, which differs between groups by its arguments only.
        groups: fake tensors.
    """
    patterns: dict[Any, _Pattern | None] = {}
    found: list[Sequence[Tensor]] = []
    for group in groups:
        kind = tuple((one.shape, one.stride(), one.dtype, one.device) for one in group)
        pattern = patterns.get(kind)
        if pattern is not None:
            found.append(_repeated(recorder, pattern, group))
            continue
        start = len(recorder.calls)
        found.append(fn(*group))
        if kind not in patterns:
            patterns[kind] = _pattern(recorder, recorder.calls[start:], group, found[-1])
    return found


def _pattern(recorder: Recorder, calls: Sequence[Call], group: Sequence[Tensor], results: Any) -> _Pattern | None:
    """None where the calls cannot be repeated: since they write, share memory, or are not the same every time."""
    given = [recorder.of(one) for one in group]
    varying = set(given)
    memory = {storage_id(one) for one in group}
    repeated: list[Call] = []
    for call in calls:
        if call.mutates or not is_pure(call.kernel):
            return None
        if varying.isdisjoint(call.uses()):
            continue
        made = [value for value in call.results if value is not None]
        storages = [storage_id(recorder.fakes[value]) for value in made]
        if not memory.isdisjoint(storages) or len({*storages}) < len(storages):
            return None
        memory.update(storages)
        varying.update(made)
        repeated.append(call)
    return _Pattern(given, repeated, list(results)) if len({*given}) == len(given) else None


def _repeated(recorder: Recorder, pattern: _Pattern, group: Sequence[Tensor]) -> list[Tensor]:
    """The results for a group, of the pattern's calls with other Values."""
    fakes = recorder.fakes
    names = {value: recorder.of(one) for value, one in zip(pattern.given, group, strict=True)}
    with without_modes():
        for call in pattern.calls:
            made = [
                None if old is None else recorder.new(new_fake(STATE.fake_mode, fakes[old])) for old in call.results
            ]
            recorder.calls.append(replace(call.renamed(names), results=made))
            names.update((old, new) for old, new in zip(call.results, made, strict=True) if old and new)
    values = [(recorder.of(one), one) for one in pattern.results]
    return [fakes[names[value]] if value in names else one for value, one in values]


__all__ = ["record_alike"]
