"""Collecting what ops cost."""

from __future__ import annotations

import functools
import time
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_ACTIVE: ContextVar[list[Measurement] | None] = ContextVar("op_profile", default=None)


@dataclass
class Cost:
    """What the calls of one op cost together.

    Attributes:
        calls: how often it was called.
        seconds: the time spent in it, without that of ops which it called itself.
        bytes: the size of its results.
    """

    calls: int = 0
    seconds: float = 0.0
    bytes: int = 0


class Costs(dict[str, Cost]):
    """The costs by the names of ops; as text, a table that begins with the op that took longest."""

    def __str__(self) -> str:
        rows = sorted(self.items(), key=lambda item: -item[1].seconds)
        width = max([len("op"), *map(len, self)]) + 2
        lines = [f"{'op':{width}}{'calls':>8}{'seconds':>12}{'bytes':>14}"]
        lines += [f"{name:{width}}{cost.calls:8}{cost.seconds:12.6f}{cost.bytes:14}" for name, cost in rows]
        return "\n".join(lines)


@dataclass
class Measurement:
    """One open `profile`.

    Attributes:
        costs: what was found.
        inner: for each op that is being computed, the seconds spent in ops that it called.
    """

    costs: Costs
    inner: list[float]


@contextmanager
def profile() -> Iterator[Costs]:
    """Collect the costs of the ops that the backend `numpy-profiled` computes inside.

    Returns:
        The costs, complete when the block has ended. Blocks may be nested: both see the inner ops.

    Example:
        >>> from keras_core import backend, ops
        >>> with backend.use_backend("numpy-profiled"), profile() as costs:
        ...     y = ops.exp(ops.ones((2, 3)))
        >>> costs["exp"].calls, costs["exp"].bytes
        (1, 24)
    """
    costs = Costs()
    token = _ACTIVE.set([*(_ACTIVE.get() or ()), Measurement(costs, [])])
    try:
        yield costs
    finally:
        _ACTIVE.reset(token)


def measured(name: str, op: Callable[..., Any]) -> Callable[..., Any]:
    """The op, adding its cost to the profiles that are open."""

    @functools.wraps(op)
    def run(*arguments: Any, **options: Any) -> Any:
        open_profiles = _ACTIVE.get()
        if not open_profiles:
            return op(*arguments, **options)
        for one in open_profiles:
            one.inner.append(0.0)
        start = time.perf_counter()
        try:
            result = op(*arguments, **options)
        finally:
            seconds = time.perf_counter() - start
            own = [seconds - one.inner.pop() for one in open_profiles]
            for one in open_profiles:
                if one.inner:
                    one.inner[-1] += seconds
        for one, spent in zip(open_profiles, own, strict=True):
            cost = one.costs.setdefault(name, Cost())
            cost.calls += 1
            cost.seconds += spent
            cost.bytes += _size(result)
        return result

    return run


def _size(result: Any) -> int:
    if isinstance(result, (list, tuple)):
        return sum(map(_size, result))
    return int(np.asarray(result).nbytes)
