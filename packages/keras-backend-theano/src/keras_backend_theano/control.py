"""Control flow with pure bodies (`keras_core.ops.control` has taken variables out of them)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import pytensor.tensor as pt
from pytensor.graph.basic import Variable
from pytensor.tensor.type import TensorType

from keras_backend_theano.graph_ops.conditional import Cond
from keras_backend_theano.graph_ops.custom_gradient import CustomGradient
from keras_backend_theano.graph_ops.inner import InnerGraph, captured, closed, fresh
from keras_backend_theano.graph_ops.loops import Scan, WhileLoop
from keras_backend_theano.symbolic import OPS, is_symbolic, tensor


def cond(pred: Any, true_fn: Callable[..., Any], false_fn: Callable[..., Any], operands: Sequence[Any]) -> list[Any]:
    """Outputs of one of two functions; only the chosen one is run."""
    given = [tensor(value) for value in operands]
    inside = [fresh(value) for value in given]
    yes, no = ([tensor(v) for v in fn(*inside)] for fn in (true_fn, false_fn))
    no = [tensor(b, a.type.dtype) for a, b in zip(yes, no, strict=True)]
    outside = captured(inside, [*yes, *no])
    both, count = closed(inside, [*yes, *no])[0], len(yes)
    graphs = [InnerGraph(both.inputs, part) for part in (both.outputs[:count], both.outputs[count:])]
    return Cond(*graphs)(tensor(pred), *given, *outside, return_list=True) if yes else []


def while_loop(cond_fn: Callable[..., Any], body_fn: Callable[..., Any], state: Sequence[Any]) -> list[Any]:
    """The state when `cond_fn` first fails."""
    given = [tensor(value) for value in state]
    inside, new = _stable(given, lambda *values: list(body_fn(*values)))
    body, of_body = closed(inside, new)
    tested = [fresh(value) for value in inside]
    test, of_test = closed(tested, [tensor(cond_fn(*tested), "bool")])
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
    start, sequences = [tensor(value) for value in carry], [tensor(value) for value in xs]
    rows = [TensorType(v.type.dtype, shape=v.type.shape[1:])() for v in sequences]
    results: list[Any] = []

    def step(*values: Any) -> list[Any]:
        new, found = body(list(values), rows)
        results[:] = [tensor(value) for value in found]
        return list(new)

    inside, new = _stable(start, step)
    count = len(start)
    graph, outside = closed([*inside, *rows], [*new, *results])
    node = Scan(graph, count, len(sequences), None if sequences else int(length), bool(reverse))
    outputs = node(*start, *sequences, *outside, return_list=True) if graph.outputs else []
    return outputs[:count], outputs[count : count + len(results)]


def _stable(state: Sequence[Variable], step: Callable[..., list[Any]]) -> tuple[list[Variable], list[Variable]]:
    """Inputs for the state, and the step's outputs in the same dtypes and static shapes.

    A size that a step changes is unknown inside.
    """
    inside = [fresh(value) for value in state]
    for _ in range(2):
        new = [tensor(n, s.type.dtype) for n, s in zip(step(*inside), inside, strict=True)]
        shapes = [
            tuple(a if a == b else None for a, b in zip(n.type.shape, s.type.shape, strict=True))
            for n, s in zip(new, inside, strict=True)
        ]
        if all(s.type.shape == shape for s, shape in zip(inside, shapes, strict=True)):
            break
        inside = [TensorType(s.type.dtype, shape=shape)() for s, shape in zip(inside, shapes, strict=True)]
        new = [tensor(n, s.type.dtype) for n, s in zip(step(*inside), inside, strict=True)]
    return inside, [
        n if n.type.shape == s.type.shape else pt.specify_shape(n, s.type.shape)
        for n, s in zip(new, inside, strict=True)
    ]


def custom_gradient(function: Callable[..., Any], operands: Sequence[Any]) -> list[Any]:
    """Results of ``function(*operands) -> (results, grad)``, differentiated by `grad`."""
    results, grad = function(*operands)
    if not is_symbolic(list(operands)):
        return list(results)
    given = [tensor(value) for value in (*results, *operands)]
    return CustomGradient(grad, len(results))(*given, return_list=True)


OPS.update(cond=cond, while_loop=while_loop, scan=scan, custom_gradient=custom_gradient)
