"""Common subexpressions: what was computed before with the same arguments is not computed again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

    from keras_backend_torch.compiler.passes.purity import PureCalls
    from keras_backend_torch.compiler.recording import Call, Value


def eliminate_common_subexpressions(calls: Sequence[Call], pure: PureCalls, live_out: set[Value]) -> list[Call]:
    """The calls without those whose kernel was called before with the same arguments.

    A function that is run again for its gradient is, since keeping what it computed before is what that avoids.

    Args:
        calls: calls in order.
        pure: tells which calls may be dropped.
        live_out: Values that have to stay.
    """
    seen: dict[Any, Call] = {}
    names: dict[Value, Value] = {}
    left = []
    for original in calls:
        call = original.renamed(names) if names else original
        if not call.uses() or not pure(call) or not live_out.isdisjoint(call.results):
            left.append(call)
            continue
        first = seen.setdefault((call.kernel, call.rerun, _hashable((call.args, call.kwargs))), call)
        if first is call:
            left.append(call)
        else:
            names |= {a: b for a, b in zip(call.results, first.results, strict=True) if a and b}
    return left


def _hashable(argument: Any) -> Any:
    """An argument with its type, so that 1, 1.0 and True differ."""
    if isinstance(argument, (list, tuple)):
        return tuple(map(_hashable, argument))
    if isinstance(argument, dict):
        return tuple((name, _hashable(value)) for name, value in argument.items())
    return type(argument), argument


__all__ = ["eliminate_common_subexpressions"]
