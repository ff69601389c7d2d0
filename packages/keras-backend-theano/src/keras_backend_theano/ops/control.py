"""Control flow with pure bodies (`keras_core.ops.control` has taken variables out of them)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from keras_backend_theano.custom_ops import scan as scan_op
from keras_backend_theano.custom_ops.cond import Cond
from keras_backend_theano.custom_ops.custom_gradient import CustomGradient
from keras_backend_theano.custom_ops.inner_graph import InnerGraph, captured, closure_convert, stable_carry
from keras_backend_theano.custom_ops.while_loop import WhileLoop
from keras_backend_theano.symbolic import input_like, is_symbolic, tensor


def cond(pred: Any, true_fn: Callable[..., Any], false_fn: Callable[..., Any], operands: Sequence[Any]) -> list[Any]:
    """Outputs of one of two functions; only the chosen one is run."""
    given = [tensor(value) for value in operands]
    inside = [input_like(value) for value in given]
    yes, no = ([tensor(v) for v in fn(*inside)] for fn in (true_fn, false_fn))
    no = [tensor(b, a.type.dtype) for a, b in zip(yes, no, strict=True)]
    outside = captured(inside, [*yes, *no])
    both, count = closure_convert(inside, [*yes, *no])[0], len(yes)
    graphs = [InnerGraph(both.inputs, part) for part in (both.outputs[:count], both.outputs[count:])]
    return Cond(*graphs)(tensor(pred), *given, *outside, return_list=True) if yes else []


def while_loop(cond_fn: Callable[..., Any], body_fn: Callable[..., Any], state: Sequence[Any]) -> list[Any]:
    """The state when `cond_fn` first fails."""
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
    """The last carry, and the results of all steps stacked. `unroll` changes nothing here."""
    return scan_op.scan(body, carry, xs, None if length is None else int(length), bool(reverse))


def custom_gradient(function: Callable[..., Any], operands: Sequence[Any]) -> list[Any]:
    """Results of ``function(*operands) -> (results, grad)``, differentiated by `grad`."""
    results, grad = function(*operands)
    if not is_symbolic(list(operands)):
        return list(results)
    given = [tensor(value) for value in (*results, *operands)]
    return CustomGradient(grad, len(results))(*given, return_list=True)
