"""Choice, loops over elements, and recurrence over time."""

from __future__ import annotations

from contextlib import nullcontext
from typing import TYPE_CHECKING, Any

from keras_core import KerasTensor, Trace, ops
from keras_core import backend as backends

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from keras_core.typing import Tensor


def switch(condition: Any, then_expression: Any, else_expression: Any) -> Tensor:
    """One of two tensors by a condition, as a whole or element by element.

    Args:
        condition: scalar, or a tensor of at most as many axes as the two; its axes are the first of theirs.
        then_expression: tensor where the condition holds, or a function that returns it.
        else_expression: tensor of the same shape where it does not, or a function that returns it.
    """
    condition = ops.cast(condition, "bool")
    functions = callable(then_expression) and callable(else_expression)
    if functions and ops.ndim(condition) == 0 and not isinstance(condition, KerasTensor):
        return ops.cond(condition, then_expression, else_expression)
    chosen = then_expression() if callable(then_expression) else then_expression
    other = else_expression() if callable(else_expression) else else_expression
    for _ in range(ops.ndim(chosen) - ops.ndim(condition)):
        condition = ops.expand_dims(condition, -1)
    return ops.where(condition, chosen, other)


def map_fn(fn: Callable[[Any], Any], elems: Any, name: str | None = None, dtype: str | None = None) -> Any:
    """`fn` of each row along the first axis, stacked.

    Args:
        fn: function of a row.
        elems: tensor whose rows lie along its first axis.
        name: name of the result. Defaults to None.
        dtype: accepted for Keras 2's sake. Defaults to None.
    """
    return ops.map(fn, elems)


def foldl(fn: Callable[[Any, Any], Any], elems: Tensor, initializer: Any = None, name: str | None = None) -> Tensor:
    """`fn(...fn(fn(initializer, first), second)..., last)`; the first row begins where no initializer is given.

    Args:
        fn: function of the value so far and a row.
        elems: tensor whose rows lie along its first axis.
        initializer: first value; None takes the first row. Defaults to None.
        name: name of the result. Defaults to None.
    """
    return _fold(fn, elems, initializer, reverse=False)


def foldr(fn: Callable[[Any, Any], Any], elems: Tensor, initializer: Any = None, name: str | None = None) -> Tensor:
    """As `foldl`, from the last row to the first.

    Args:
        fn: function of the value so far and a row.
        elems: tensor whose rows lie along its first axis.
        initializer: first value; None takes the first row. Defaults to None.
        name: name of the result. Defaults to None.
    """
    return _fold(fn, elems, initializer, reverse=True)


def _fold(fn: Callable[[Any, Any], Any], elems: Tensor, initializer: Any, reverse: bool) -> Tensor:
    if initializer is None:
        initializer, elems = (elems[-1], elems[:-1]) if reverse else (elems[0], elems[1:])

    def step(total: Any, row: Any) -> tuple[Any, Any]:
        total = fn(total, row)
        return total, total

    return ops.scan(step, initializer, elems, reverse=reverse)[0]


def rnn(
    step_function: Callable[[Tensor, list[Tensor]], tuple[Tensor, Sequence[Tensor]]],
    inputs: Tensor,
    initial_states: Sequence[Tensor],
    go_backwards: bool = False,
    mask: Tensor | None = None,
    constants: Sequence[Tensor] | None = None,
    unroll: bool = False,
    input_length: int | None = None,
) -> tuple[Tensor, Tensor, list[Tensor]]:
    """Run a step over the time axis.

    Args:
        step_function: ``(input, states) -> (output, new states)`` for one step; `constants` follow the states.
        inputs: (batch, time, ...).
        initial_states: tensors (batch, ...).
        go_backwards: from the last step to the first; outputs stand in the order computed.
        mask: (batch, time) or (batch, time, 1); a masked step repeats the last output and keeps the states.
        constants: tensors handed to every step.
        unroll: write all steps out, for a known length.
        input_length: not needed: the length is that of `inputs`.

    Returns:
        the last output, all outputs (batch, time, ...), and the last states.
    """
    rows = ops.swapaxes(inputs, 0, 1)
    fixed = list(constants or [])
    states = list(initial_states)
    keep = None if mask is None else _mask_rows(mask)
    if go_backwards:
        rows = ops.flip(rows, 0)
        keep = None if keep is None else ops.flip(keep, 0)

    def step(carry: list[Any], row: Tensor) -> tuple[Any, Any]:
        output, new = step_function(row, [*carry, *fixed])
        return list(new), output

    def masked_step(carry: list[Any], row: list[Any]) -> tuple[Any, Any]:
        x, here = row
        output, new = step_function(x, [*carry[1:], *fixed])
        kept = [_where(here, now, before) for now, before in zip([output, *new], carry, strict=True)]
        return kept, kept[0]

    if keep is None:
        states, outputs = ops.scan(step, states, rows, unroll=unroll or 1)
    else:
        first = _zeros_of(lambda: step_function(rows[0], [*states, *fixed])[0], rows)
        carry, outputs = ops.scan(masked_step, [first, *states], [rows, keep], unroll=unroll or 1)
        states = carry[1:]
    return outputs[-1], ops.swapaxes(outputs, 0, 1), list(states)


def _zeros_of(function: Callable[[], Tensor], given: Tensor) -> Tensor:
    """Zeros like what a function computes from `given`, without what else it does."""
    backend = backends.owner(given)
    with nullcontext() if backend is None else Trace(backend):
        return ops.zeros_like(function())


def _mask_rows(mask: Tensor) -> Tensor:
    mask = ops.cast(mask, "bool")
    if ops.ndim(mask) == 3:
        mask = ops.squeeze(mask, -1)
    return ops.swapaxes(mask, 0, 1)


def _where(here: Tensor, now: Tensor, before: Tensor) -> Tensor:
    for _ in range(ops.ndim(now) - 1):
        here = ops.expand_dims(here, -1)
    return ops.where(here, now, before)
