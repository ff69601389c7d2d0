"""Control flow on arrays; the recorder has that of graphs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence


def cond(pred: Any, true_fn: Callable[..., Any], false_fn: Callable[..., Any], operands: Sequence[Any]) -> list[Any]:
    return list((true_fn if bool(pred) else false_fn)(*operands))


def while_loop(cond_fn: Callable[..., Any], body_fn: Callable[..., Any], state: Sequence[Any]) -> list[Any]:
    state = list(state)
    while bool(cond_fn(*state)):
        state = list(body_fn(*state))
    return state


def scan(
    body: Callable[..., Any],
    carry: Sequence[Any],
    xs: Sequence[Any],
    length: Any = None,
    reverse: bool = False,
    unroll: Any = 1,
) -> tuple[list[Any], list[Any]]:
    steps = len(xs[0]) if xs else int(length)
    carry, rows = list(carry), []
    for step in range(steps)[::-1] if reverse else range(steps):
        carry, results = body(carry, [x[step] for x in xs])
        rows.append(results)
    columns = zip(*(rows[::-1] if reverse else rows), strict=True)
    return list(carry), [np.stack(column) for column in columns]


def custom_gradient(function: Callable[..., Any], operands: Sequence[Any]) -> list[Any]:
    return list(function(*operands)[0])
