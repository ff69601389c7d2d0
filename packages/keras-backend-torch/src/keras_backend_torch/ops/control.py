"""Control flow over pure bodies: Python's own, or recorded as such.

A scan is unrolled in the recording. Where only shapes are computed, each body is run once.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from keras_backend_torch.framework import CAN_RECORD, torch
from keras_backend_torch.modes import STATE, is_fake

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from keras_core.typing import Tensor


def cond(pred: Tensor, true_fn: Callable[..., Any], false_fn: Callable[..., Any], operands: Sequence[Tensor]) -> Any:
    if STATE.abstract and (is_fake(pred) or not CAN_RECORD):
        false_fn(*operands)
        return list(true_fn(*operands))
    if is_fake(pred) and STATE.recorder is not None:
        return list(STATE.recorder.cond(pred, (true_fn, false_fn), operands))
    return list(true_fn(*operands) if bool(pred) else false_fn(*operands))


def while_loop(cond_fn: Callable[..., Any], body_fn: Callable[..., Any], state: Sequence[Tensor]) -> list[Tensor]:
    state = list(state)
    if STATE.abstract:
        cond_fn(*state)
        return list(body_fn(*state))
    if STATE.recorder is not None:
        return list(STATE.recorder.while_loop(cond_fn, body_fn, state))
    while bool(cond_fn(*state)):
        state = list(body_fn(*state))
    return state


def scan(
    body: Callable[[list[Tensor], list[Tensor]], tuple[list[Tensor], list[Tensor]]],
    carry: Sequence[Tensor],
    xs: Sequence[Tensor],
    length: int | None = None,
    reverse: bool = False,
    unroll: int | bool = 1,
) -> tuple[list[Tensor], list[Tensor]]:
    count = int(length if length is not None else xs[0].shape[0])
    columns = [torch.unbind(x) for x in xs]
    rows: list[list[Tensor]] = []
    now = list(carry)
    for k in reversed(range(count)) if reverse else range(count):
        now, row = body(now, [column[k] for column in columns])
        rows.append(list(row))
    if reverse:
        rows.reverse()
    return list(now), [torch.stack(list(column)) for column in zip(*rows, strict=True)]


def custom_gradient(function: Callable[..., Any], operands: Sequence[Tensor]) -> list[Tensor]:
    """Results of ``function(*operands) -> (results, grad)``, whose gradient `grad` computes.

    Args:
        function: pure.
        operands: its arguments.
    """

    class Call(torch.autograd.Function):
        @staticmethod
        def forward(ctx: Any, *given: Tensor) -> Any:
            results, ctx.rule = function(*(x.detach() for x in given))
            return tuple(x.detach() for x in results)

        @staticmethod
        def backward(ctx: Any, *upstream: Tensor) -> Any:
            return tuple(ctx.rule(*upstream))

    return list(Call.apply(*operands))
