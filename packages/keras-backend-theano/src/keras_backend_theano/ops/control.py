"""Control flow with pure bodies (`keras_core.ops.control` has taken variables out of them)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from keras_backend_theano.custom_ops import scan as scan_op
from keras_backend_theano.custom_ops.cond import Cond
from keras_backend_theano.custom_ops.custom_gradient import CustomGradient
from keras_backend_theano.custom_ops.inner_graph import InnerGraph, captured, closure_convert, stable_carry
from keras_backend_theano.custom_ops.while_loop import WhileLoop
from keras_backend_theano.symbolic import input_like, is_symbolic, tensor

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence


def cond(pred: Any, true_fn: Callable[..., Any], false_fn: Callable[..., Any], operands: Sequence[Any]) -> list[Any]:
    """Outputs of one of two functions; only the chosen one is run.

    Args:
        pred: bool scalar.
        true_fn: builds the outputs when `pred` is true.
        false_fn: builds the outputs otherwise.
        operands: arguments of both.
    """
    given = [tensor(value) for value in operands]
    inside = [input_like(value) for value in given]
    yes, no = ([tensor(v) for v in fn(*inside)] for fn in (true_fn, false_fn))
    no = [tensor(b, a.type.dtype) for a, b in zip(yes, no, strict=True)]
    outside = captured(inside, [*yes, *no])
    both, count = closure_convert(inside, [*yes, *no])[0], len(yes)
    graphs = [InnerGraph(both.inputs, part) for part in (both.outputs[:count], both.outputs[count:])]
    return Cond(*graphs)(tensor(pred), *given, *outside, return_list=True) if yes else []


def while_loop(cond_fn: Callable[..., Any], body_fn: Callable[..., Any], state: Sequence[Any]) -> list[Any]:
    """The state when a condition first fails.

    Args:
        cond_fn: builds a bool scalar from the state.
        body_fn: builds the next state.
        state: the state before the first step.
    """
    given = [tensor(value) for value in state]
    inside, new = stable_carry(given, lambda *values: list(body_fn(*values)))
    body, of_body = closure_convert(inside, new)
    tested = [input_like(value) for value in inside]
    test, of_test = closure_convert(tested, [tensor(cond_fn(*tested), "bool")])
    node = WhileLoop(test, body, len(given))
    return node(*given, *of_test, *of_body, return_list=True)


def scan(
    body: Callable[..., Any],
    carry: Sequence[Any],
    xs: Sequence[Any],
    length: Any = None,
    reverse: bool = False,
    unroll: Any = 1,
) -> tuple[list[Any], list[Any]]:
    """A loop over the first axis of tensors.

    Args:
        body: builds ``(new carry, results)`` from the carry and one row of each of `xs`.
        carry: state before the first step.
        xs: tensors of the same first axis.
        length: number of steps, if there are no `xs`.
        reverse: whether to begin with the last row.
        unroll: changes nothing here.

    Returns:
        The last carry, and the results of all steps stacked.
    """
    return scan_op.scan(body, carry, xs, None if length is None else int(length), bool(reverse))


def custom_gradient(function: Callable[..., Any], operands: Sequence[Any]) -> list[Any]:
    """Results of a function that brings its own gradient.

    Args:
        function: ``function(*operands) -> (results, grad)``; `grad` takes the cotangents of the results and returns
            those of the operands.
        operands: its arguments.
    """
    results, grad = function(*operands)
    if not is_symbolic(list(operands)):
        return list(results)
    given = [tensor(value) for value in (*results, *operands)]
    return CustomGradient(grad, len(results))(*given, return_list=True)
